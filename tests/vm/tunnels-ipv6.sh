#!/bin/sh
# SPDX-License-Identifier: ISC
# Tunnels over IPv6 carry raw IP, as tunnels over IPv4 do.
#
#   R tun0 ==== tun0 G (slave) ctl ---- ctl M (master): puppet0
. "$(dirname "$0")/../net/lib.sh"
. "$NET/../vm/lib-tunnels.sh"

topo ipv6
# shellcheck disable=SC2086
tunnel ip6tnl mode any $SIX
carried ip6tnl 4 tcp
# shellcheck disable=SC2086
tunnel ip6gre $SIX
carried ip6gre 6
ok

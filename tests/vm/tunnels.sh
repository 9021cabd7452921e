#!/bin/sh
# SPDX-License-Identifier: ISC
# Tunnels over IPv4 carry raw IP: the doll shows what crosses a tunnel, and
# sends through it.
#
#   R tun0 ==== tun0 G (slave) ctl ---- ctl M (master): puppet0
. "$(dirname "$0")/../net/lib.sh"
. "$NET/../vm/lib-tunnels.sh"

topo ipv6
# shellcheck disable=SC2086
for kind in ipip gre; do
	tunnel $kind $FOUR
	carried $kind 4 tcp
done
# shellcheck disable=SC2086
tunnel sit $FOUR
carried sit 6
ok

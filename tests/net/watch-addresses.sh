#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll follows each change of the real interface's addresses within a
# second: IPv4 and IPv6, prefix lengths, aliases, broadcast and point-to-point
# addresses.
#
#   R wan ---- wan G (slave): addresses change   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

topo ipv6
pair
within 1000 alike 'the start'
follows addr add 10.9.0.77/24 brd + dev wan
follows addr add 192.0.2.1/30 dev wan
follows addr add 192.0.2.5/32 peer 192.0.2.6/32 dev wan
follows addr del 192.0.2.1/30 dev wan
follows addr add 192.0.2.1/29 brd 192.0.2.7 dev wan
follows addr del 192.0.2.5/32 peer 192.0.2.6/32 dev wan
follows addr add 2001:db8:9::1/64 dev wan nodad
follows addr add 2001:db8:9::2/128 dev wan nodad
follows addr add fe80::9/64 dev wan nodad
follows addr del 2001:db8:9::1/64 dev wan
follows addr add 2001:db8:9::1/56 dev wan nodad
follows addr del fd09::1/64 dev wan
# several changes at once: the primary address goes, its alias stays
printf 'addr del 10.9.0.1/24 dev wan\naddr add 10.9.0.78/24 brd + dev wan\n' \
    >"$TMP/batch"
follows -batch "$TMP/batch"
follows addr flush dev wan scope global
one_session
ok

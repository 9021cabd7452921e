#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll gets the real interface's MAC address, MTU and every IPv4 address
# with its mask and broadcast address, in the same order.
#
#   R wan ---- wan G (slave): four addresses, MTU 1400   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"

# addresses HOST IFACE: prints a line for each address of an interface:
# "ADDRESS/LEN [peer ...] [brd ...] [secondary]"
addresses() {
	ip -n "$1" -4 -o addr show dev "$2" |
	    sed -n 's/.* inet \(.*\) scope \([a-z]*\) \(secondary \)\{0,1\}.*/\1 \3/p'
}

topo
ip -n "$G" link set wan mtu 1400
ip -n "$G" addr add 172.16.5.1/20 brd 172.16.15.254 dev wan
ip -n "$G" addr add 10.9.0.77/24 brd + dev wan
ip -n "$G" addr add 192.0.2.1/30 dev wan
addresses "$G" wan >"$TMP/want"
[ "$(grep -c . "$TMP/want")" = 4 ] || fail 'the test cannot read addresses'
pair
[ "$(mac "$M" puppet0)" = 02:00:00:09:00:01 ] || fail "MAC $(mac "$M" puppet0)"
ip -n "$M" link show puppet0 | grep -q ' mtu 1400 ' ||
    fail "MTU: $(ip -n "$M" -o link show puppet0)"
addresses "$M" puppet0 >"$TMP/got"
diff "$TMP/want" "$TMP/got" || fail 'the doll has other addresses'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# The slave's interface is a PPP line: the doll has no link layer, gets the
# point-to-point address, and shows what crosses the line.
#
#   R wan ==== PPPoE ==== wan G (slave -i ppp0) ctl ---- ctl M (master): puppet0
#     ppp0 10.7.0.2   10.7.0.1 ppp0
. "$(dirname "$0")/../net/lib.sh"
. "$NET/../vm/lib-pppoe.sh"

topo
pppoe_line
slave -s 1234 -i ppp0
wait_listen "$G" 1234
master -m -u -r -c 10.8.0.1:1234
wait_session 30
ip -n "$M" -4 -o addr show dev puppet0 |
    grep -q 'inet 10\.7\.0\.1 peer 10\.7\.0\.2/32 ' ||
    fail "the doll: $(ip -n "$M" -4 -o addr show dev puppet0)"
sniff doll "$M" puppet0 icmp
pings "$R" 10.7.0.1
wait_frames doll 6
sniff_end doll
tcpdump -nr "$TMP/doll.pcap" 2>"$TMP/type.log" >/dev/null
grep -q 'link-type RAW' "$TMP/type.log" || fail 'the doll has a link layer'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# With -r nothing that comes in by the doll reaches the host's stack, not even
# for the doll's own addresses; a capture on the doll sees everything.
. "$(dirname "$0")/lib.sh"
. "$NET/lib-fence.sh"

topo_fence
doll -r
sniff doll "$M" puppet0
forge deaf
in_R "$PY" "$NET/fence.py" send wan 5000 $OWN:10.9.0.3:deaf-me \
    $OWN:fd09//3:deaf-me6 $ALL:10.9.0.255:deaf-net \
    $ALL:255.255.255.255:deaf-limited 333300000001:ff02//1:deaf-group6
in_R "$PY" "$NET/fence.py" ask wan 10.8.0.2 10.9.0.3
in_R "$PY" "$NET/fence.py" send wan 5000 $OWN:10.9.0.3:deaf-last
wait_for 10 'tcpdump -nr "$TMP/doll.pcap" -A 2>/dev/null | grep -q deaf-last' \
    'the doll saw no last frame'
settle end
heard heard deaf
heard beyond deaf
sniff_end doll
for word in all own lan all6 own6 lan6 cast loop loop6 routed routed6 me me6 \
    net limited group6; do
	tcpdump -nr "$TMP/doll.pcap" -A 2>/dev/null | grep -q "deaf-$word" ||
	    fail "the doll did not see $word"
done
[ "$(tcpdump -nr "$TMP/doll.pcap" arp 2>/dev/null | grep -c who-has)" -ge 2 ] ||
    fail 'the doll did not see ARP'
# an answer would be there, though it could not leave; groups are reported
tcpdump -nr "$TMP/doll.pcap" ether src 02:00:00:09:00:03 \
    and not 'ip6[6] = 0' 2>/dev/null >"$TMP/said"
[ ! -s "$TMP/said" ] || fail "the host answered: $(head -n 1 "$TMP/said")"
ok

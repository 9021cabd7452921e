#!/bin/sh
# SPDX-License-Identifier: ISC
# A program on the gateway sends by UDP segmentation, as QUIC servers do.  The
# doll gets all of it where the kernel can describe such frames.  Before Linux
# 6.2 the kernel cannot: then these frames are counted, and later frames are not
# lost.
#
#   R wan ------ wan G (slave) ctl ------ ctl M (master) puppet0
#                five datagrams in one send               tcpdump
. "$(dirname "$0")/lib.sh"
. "$NET/lib-delay.sh"

# send_udp HOST ADDRESS BYTES [SEGMENT]: sends them to port 9 in one call
send_udp() {
	ip netns exec "$1" "$PY" -c 'import socket, sys
address, size, segment = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if segment:
    s.setsockopt(socket.IPPROTO_UDP, 103, segment)  # UDP_SEGMENT
s.sendto(bytes(size), (address, 9))' "$2" "$3" "${4:-0}"
}

# heard ADDRESS: prints how many UDP bytes from ADDRESS the doll has shown
heard() {
	tcpdump -nr "$TMP/doll.pcap" src host "$1" 2>/dev/null |
	    awk '{ n += $NF } END { print n + 0 }'
}

topo
pair
sniff doll "$M" puppet0 udp port 9
for round in 1 2 3 4 5; do
	send_udp "$G" 10.9.0.2 5000 1000
	send_udp "$R" 10.9.0.1 $((round * 10))
	wait_for 5 '[ "$(heard 10.9.0.2)" = $((round * (round + 1) * 5)) ]' \
	    "round $round: a later frame was lost"
done
bytes=$(heard 10.9.0.1) invalid=$(key slave invalid)
echo "$bytes bytes came of 25000, $invalid frames were invalid"
[ "$bytes" = $((25000 - invalid * 5000)) ] ||
    fail 'some bytes neither came nor were counted'
case $(uname -r) in
[45].* | 6.[01].*) ;;
*) [ "$invalid" = 0 ] || fail "this kernel could describe them" ;;
esac
ok

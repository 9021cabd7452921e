#!/bin/sh
# SPDX-License-Identifier: ISC
# A session that crosses the deaf interface lives longer than neighbours are
# remembered: to an address there and to one behind it, IPv4 and IPv6; ARP and
# neighbour discovery work for the neighbour on its way, and for nobody else.
#
#   R (master, doll puppet0) --wan-- G (slave on each of four addresses) --ctl-- M
. "$(dirname "$0")/lib.sh"
. "$NET/lib-exclusive.sh"

"$PY" -c 'import scapy' 2>/dev/null || skip "no scapy here"
DOLLHOST=$R

# forgetful HOST: a neighbour is doubted after half a second
forgetful() {
	ip netns exec "$1" sh -c 'for f in ipv4 ipv6; do
		cd /proc/sys/net/$f/neigh/wan
		echo 500 >base_reachable_time_ms; echo 1 >gc_stale_time
		echo 1 >delay_first_probe_time; echo 200 >retrans_time_ms
	done'
}

# talks: what R sends comes out of the doll, and its neighbours are asked anew
talks() {
	for h in "$R" "$G"; do
		ip -n "$h" neigh flush dev wan
	done
	sniff doll "$R" puppet0 "ether proto 0x88b5"
	in_R "$PY" -c 'import socket, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("wan", 0))
for i in range(20):
    s.send(bytes.fromhex("02000000090102000000090288b5") + bytes(46))
    time.sleep(0.1)'
	wait_frames doll 20
	sniff_end doll
	unsaid slave.log 'session ended' || fail "$1: the session ended"
}

# crosses ADDRESS NEXT-HOP: the session, to ADDRESS of G
crosses() {
	slave -s 1234 -i wan -x
	wait_listen "$G" 1234
	start master "$R" "$EP" -d -m -u -C -x -r -c "$1"
	MASTER=$PID
	wait_session
	talks "$1"
	talks "$1"
	ip -n "$R" neigh show "$2" dev wan | grep -q lladdr ||
	    fail "$1: R does not know its neighbour"
}

done_with() {
	stop "$MASTER"
	stop "$SLAVE"
}

# asks MAC: who-has 10.9.0.1, from this address; prints whether it is answered
asks() {
	in_R "$PY" -c 'import sys
from scapy.all import *
a, _ = srp(Ether(src=sys.argv[1], dst="ff:ff:ff:ff:ff:ff") / ARP(
    hwsrc=sys.argv[1], psrc="10.9.0.2", pdst="10.9.0.1"), iface="wan",
    timeout=float(sys.argv[2]), multi=True, promisc=True, verbose=0)
print(sum(r.dst == sys.argv[1] for _, r in a) > 0)' "$1" "$SLOW" 2>"$TMP/scapy.log"
}

topo ipv6
forgetful "$R"
forgetful "$G"
ip -n "$R" route add 10.8.0.0/24 via 10.9.0.1
# link_local: sets router, once the kernel has given it its address
link_local() {
	router=$(ip -n "$G" -6 -o addr show dev wan scope link |
	    sed 's,.*inet6 \([^/]*\)/.*,\1,')
	[ -n "$router" ]
}
wait_for 5 link_local 'G has no link-local address'
ip -n "$R" route add fd08::/64 via "$router" dev wan

crosses 10.9.0.1:1234 10.9.0.1
[ "$(asks 02:00:00:09:00:02)" = True ] || fail 'its neighbour gets no answer'
[ "$(asks 02:00:00:09:00:77)" = False ] || fail 'a stranger gets an answer'
# the keepalive comes with all neighbours forgotten
wait_log master.log 'said message 4' 15
talks idle
done_with
crosses 10.8.0.1:1234 10.9.0.1
done_with
crosses '[fd09::1]:1234' fd09::1
done_with
crosses '[fd08::1]:1234' "$router"
deaf "$R" 10.9.0.1
deaf "$R" fd09::1
# who comes back while the old session is believed in is heard
kill -STOP "$MASTER"
start back "$R" "$EP" -m -u -C -x -r -c '[fd08::1]:1234'
wait_log slave.log 'no answer; replaced by' 20
kill -9 "$MASTER"
ok

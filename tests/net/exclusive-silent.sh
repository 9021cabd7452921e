#!/bin/sh
# SPDX-License-Identifier: ISC
# With -x and -r the interface answers nobody: no echo reply, no ICMP error, no
# reset, no ARP or neighbour advertisement, and forwards nothing that comes in;
# the doll sees every question.  Without -x each is answered.
#
#   R (asks) --wan-- G (slave, forwards) --ctl-- M (master, doll puppet0)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-exclusive.sh"

"$PY" -c 'import scapy' 2>/dev/null || skip "no scapy here"

# ask: ten questions from R, all seen by the doll; what G says is in
# $TMP/answers.pcap
ask() {
	sniff answers "$R" wan ether src 02:00:00:09:00:01
	sniff doll "$M" puppet0 ether src 02:00:00:09:00:02
	in_R "$PY" -c 'from scapy.all import *
R, G = "02:00:00:09:00:02", "02:00:00:09:00:01"
e, ip = Ether(src=R, dst=G), IP(src="10.9.0.2", dst="10.9.0.1")
beyond = IP(src="10.9.0.2", dst="10.8.0.2")
ip6 = IPv6(src="fd09::2", dst="fd09::1")
udp = UDP(sport=7777, dport=7777) / "?"
syn = TCP(sport=7777, dport=7777, flags="S")
beyond1 = beyond.copy()
beyond1.ttl = 1
sendp([
    e / ip / ICMP(), e / ip / udp, e / ip / syn,
    Ether(src=R, dst="ff:ff:ff:ff:ff:ff") / ARP(
        hwsrc=R, psrc="10.9.0.2", pdst="10.9.0.1"),
    e / beyond / ICMP(), e / beyond1 / ICMP(),
    e / ip6 / ICMPv6EchoRequest(), e / ip6 / udp, e / ip6 / syn,
    Ether(src=R, dst="33:33:ff:00:00:01") / IPv6(
        src="fd09::2", dst="ff02::1:ff00:1") / ICMPv6ND_NS(
            tgt="fd09::1") / ICMPv6NDOptSrcLLAddr(lladdr=R),
], iface="wan", verbose=0)' >"$TMP/scapy.log" 2>&1 || fail 'scapy failed'
	wait_frames doll 10
	[ "$1" = 0 ] || wait_frames answers 10
	sniff_end answers
	sniff_end doll
}

# answered FILTER: there was one
answered() {
	tcpdump -n -r "$TMP/answers.pcap" "$1" 2>/dev/null | grep -q .
}

# each COMMAND...: for the ten kinds of answers
each() {
	for kind in 'icmp[0] = 0 and src 10.9.0.1' 'icmp[0] = 3' \
	    'ip and tcp[13] & 4 != 0' 'arp[7] = 2' \
	    'icmp[0] = 0 and src 10.8.0.2' 'icmp[0] = 11' \
	    'icmp6 and ip6[40] = 129' 'icmp6 and ip6[40] = 1' \
	    'ip6[6] = 6 and ip6[53] & 4 != 0' 'icmp6 and ip6[40] = 136'; do
		"$@" "$kind"
	done
}
must() { answered "$1" || fail "nobody answers without -x: $1"; }
must_not() { ! answered "$1" || fail "answered with -x: $1"; }

topo ipv6
in_G sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
ip -n "$M" route add 10.9.0.0/24 via 10.8.0.1
for a in 10.9.0.2 fd09::2; do # no question of G's own is needed to answer
	ip -n "$G" neigh replace $a lladdr 02:00:00:09:00:02 dev wan nud permanent
done
pair '' '-r -C'
ask 10
each must
stop "$MASTER"
stop "$SLAVE"
pair_known '' '-r -C -x'
ask 0
each must_not
ok

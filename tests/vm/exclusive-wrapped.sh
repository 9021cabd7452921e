#!/bin/sh
# SPDX-License-Identifier: ISC
# With -x the session crosses the deaf interface behind a VLAN tag, behind two
# tags, and in PPPoE, for longer than the kernel remembers a neighbour and than
# PPP waits for an echo.  The gateway hears nothing else there; the doll shows
# it.
#
#   M (master) net --- lan R wan ============== wan G (slave -x -i wan)
#           wan.5, wan.7.5, ppp0 10.7.0.2   wan.5, wan.7.5, ppp0 10.7.0.1:1234
. "$(dirname "$0")/../net/lib.sh"
. "$NET/lib-exclusive.sh"
. "$NET/lib-through.sh"
. "$NET/../vm/lib-pppoe.sh"

# crosses IFACE FILTER: a session over IFACE lives on while R sends pings, which
# match FILTER: the gateway does not hear them, and the doll shows them.
crosses() {
	for h in "$R" "$G"; do
		ip netns exec "$h" sh -c 'cd /proc/sys/net/ipv4/neigh/$0 || exit
		    echo 500 >base_reachable_time_ms
		    echo 1 >delay_first_probe_time' "$1" 2>/dev/null || true
	done
	ip -n "$M" route replace 10.7.0.0/24 via 10.8.0.1
	ip -n "$G" route replace 10.8.0.0/24 via 10.7.0.2
	slave -s 1234 -i wan -x
	wait_listen "$G" 1234
	master -m -u -C -r -c 10.7.0.1:1234
	wait_session 30
	sniff wrapped "$M" puppet0 "$2"
	for try in 1 2 3; do
		ip -n "$R" neigh flush dev "$1"
		ip -n "$G" neigh flush dev "$1"
		deaf "$R" 10.7.0.1
		wait_frames wrapped $((3 * try))
	done
	sniff_end wrapped
	unsaid slave.log 'session ended' || fail "$1: the session ended"
	stop "$MASTER"
	stop "$SLAVE"
	hears "$R" 10.7.0.1
}

# vlan NAME LOWER KIND...: makes a VLAN interface on both sides
vlan() {
	name=$1 lower=$2
	shift 2
	for h in "$R" "$G"; do
		ip -n "$h" link add link "$lower" name "$name" type vlan "$@" \
		    2>"$TMP/vlan.log" || skip 'no VLAN devices in this kernel'
		ip -n "$h" link set "$name" up
	done
}

# at IFACE add|del: adds or deletes the addresses of both sides
at() {
	ip -n "$G" addr "$2" 10.7.0.1/24 dev "$1"
	ip -n "$R" addr "$2" 10.7.0.2/24 dev "$1"
}

topo_through
modprobe -q 8021q 2>/dev/null || true
vlan wan.5 wan id 5
vlan wan.7 wan proto 802.1ad id 7
vlan wan.7.5 wan.7 id 5
at wan.5 add
crosses wan.5 'vlan 5 and icmp'
at wan.5 del
at wan.7.5 add
crosses wan.7.5 'vlan 7 and vlan 5 and icmp'
at wan.7.5 del
LCP_ECHO=1 pppoe_line
crosses ppp0 'pppoes and icmp'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# A big-endian slave with all offloads on, of which its kernel tells and is told
# in host byte order: unfinished super-frames pass both ways, behind VLAN tags,
# too, and a kernel that finishes them gets what was sent; with -G the slave cuts
# and finishes them, with -g it joins.
#
#        R wan ====== wan G (slave) ctl ------ ctl M (master) puppet0
#   end -- cut                                          cut -- end
#
# What comes in on wan and puppet0 goes to "cut", too, a cable without offloads:
# the kernels of R and M finish it for that.
. "$(dirname "$0")/lib.sh"

from_R=02:00:00:09:00:64 nobody=02:00:00:09:00:c8
bytes=2000000 # each way
frames=10

# largest NAME MIN|MAX N: of the frames of this capture
largest() {
	_n=$("$PY" "$NET/pcap.py" largest "$TMP/$1.pcap")
	case $2 in
	MIN) [ "$_n" -ge "$3" ] || fail "$1: no frame larger than $_n bytes" ;;
	MAX) [ "$_n" -le "$3" ] || fail "$1: a frame of $_n bytes" ;;
	esac
}

# stream NAME MAC WANT [check]: the TCP stream from there, in $TMP/NAME.pcap, is
# that of $TMP/WANT
stream() {
	_name=$1 _mac=$2 _want=$3 _check=${4:-}
	wait_for 10 '"$PY" "$NET/pcap.py" tcp "$TMP/$_name.pcap" $_mac $_check \
	    2>&1 | tee "$TMP/stream.log" | cmp -s - "$TMP/$_want"' \
	    "$what: the stream of $1 is not the sender's"
}

# cut HOST IFACE
cut() {
	if ! ip -n "$1" link show cut >/dev/null 2>&1; then
		ip -n "$1" link add cut type veth peer name end
		ip netns exec "$1" ethtool -K cut tx off gso off >/dev/null
		ip -n "$1" link set cut up
		ip -n "$1" link set end up
	fi
	ip netns exec "$1" nft -f - <<-end || skip 'nft cannot mirror here'
	table netdev $2
	flush table netdev $2
	table netdev $2 {
		chain in {
			type filter hook ingress device $2 priority 0
			dup to cut
		}
	}
	end
}

# vlan 4|6 TAGS MASTER-OPTIONS: as ../net/offload-vlan.sh
vlan() {
	what="IPv$1, tags '$2', '${3:-}'"
	pair '-p -D 0' "-r -D 0 ${3:-}"
	cut "$M" puppet0
	sniff wan "$R" wan
	sniff doll "$M" puppet0
	sniff doll_cut "$M" end
	# shellcheck disable=SC2086
	in_R "$PY" "$NET/gso.py" wan $from_R $nobody "$1" $frames $2 >"$TMP/sent"
	stream doll $from_R sent ${3:+check}
	stream doll_cut $from_R sent check
	sniff_end wan
	sniff_end doll
	sniff_end doll_cut
	largest wan MIN 20000
	largest doll_cut MAX 1522
	if [ -n "${3:-}" ]; then
		largest doll MAX 1522
	else
		"$PY" "$NET/pcap.py" compare "$TMP/wan.pcap" "$TMP/doll.pcap" \
		    $from_R || fail "$what: captures differ"
	fi
	unpair
}

# bulk R DOLL SLAVE-ARGS MASTER-ARGS: TCP both ways between these addresses
bulk() {
	what="TCP from $1 to $2, '$3', '$4'"
	pair "-p -D 0 $3" "-D 0 $4"
	doll_address
	ip -n "$M" addr add fd09::3/64 dev puppet0 nodad
	cut "$R" wan
	cut "$M" puppet0
	sniff_bulk remote "$R" wan dst port 5001 and src "$2"
	sniff_bulk remote_cut "$R" end dst port 5001 and src "$2"
	sniff_bulk doll "$M" puppet0 dst port 5001 and src "$1"
	sniff_bulk doll_cut "$M" end dst port 5001 and src "$1"
	transfer "$M" "$R" "$1" $bytes 30
	stream remote_cut 02:00:00:09:00:03 tcp_send.log check
	transfer "$R" "$M" "$2" $bytes 30
	stream doll_cut 02:00:00:09:00:02 tcp_send.log check
	for capture in remote remote_cut doll doll_cut; do
		sniff_end $capture
	done
	largest remote_cut MAX 1514
	largest doll_cut MAX 1514
	unpair
}

need nft ethtool
topo ipv6
ip -n "$R" addr add fd09::2/64 dev wan nodad
offloads on "$R"
vlan 4 ''
vlan 6 ''
vlan 4 0x8100:5
vlan 6 0x8100:5
vlan 4 0x8100:5 -G
vlan 6 '0x88a8:7 0x8100:5' -G

for way in '10.9.0.2 10.9.0.3' 'fd09::2 fd09::3'; do
	# shellcheck disable=SC2086
	bulk $way '' ''
	largest remote MIN 3000
	largest doll MIN 3000
done
bulk 10.9.0.2 10.9.0.3 '' -G
largest doll MAX 1514
stream doll 02:00:00:09:00:02 tcp_send.log check
offloads off "$R"
bulk 10.9.0.2 10.9.0.3 '' -g
largest doll MIN 3000
ok

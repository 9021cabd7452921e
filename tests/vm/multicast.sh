#!/bin/sh
# SPDX-License-Identifier: ISC
# A network card lets in the multicast groups that its host has joined, and
# during a session all groups.  With the README's first command the doll shows
# what tcpdump -p shows on the gateway; frames for other hosts only with -p.
# The doll can be reached at an IPv6 address of its own.
#
#   R wan (e1000) ==[ hub ]== wan (e1000) G (slave) ctl ---- ctl M: puppet0
. "$(dirname "$0")/../net/lib.sh"

# Only in the virtual machine of tests/vm/run: nobody else needs its cards.
grep -q ' top=' /proc/cmdline || skip 'not in the virtual machine'
modprobe -q e1000 2>/dev/null || true
NICS=$(for nic in /sys/class/net/*; do
	case $(readlink -f "$nic/device/driver") in
	*/e1000) echo "${nic##*/}" ;;
	esac
done)
[ "$(echo "$NICS" | wc -w)" = 2 ] || skip "no two e1000 here"

# nic NAME HOST MAC ADDRESS...: makes this card the interface wan of HOST
nic() {
	_nic=$1 _h=$2 _mac=$3
	shift 3
	ip link set "$_nic" netns "$_h" name wan address "$_mac"
	for _a; do
		ip -n "$_h" addr add "$_a" dev wan nodad
	done
	ip -n "$_h" link set wan up
	wait_for 10 "ip -n $_h -o link show wan | grep -q LOWER_UP" \
	    "wan in $_h has no carrier"
}

# say: sends frames to five groups, one of LLDP, and one for another host
say() {
	in_R "$PY" - "$NET" "$TMP/say.pcap" <<-'end'
	import sys
	sys.path.insert(0, sys.argv[1])
	import pcap
	to = ["01005e010101", "01005e7f0203", "333300010001", "3333ff123456",
	      "0180c2000000", "0180c200000e", "020000000077"]
	pcap.write(sys.argv[2], [bytes.fromhex(t + "020000090002"
	    + ("88cc" if t.endswith("0e") else "88b5")) + bytes(50) for t in to])
	end
	in_R "$PY" "$NET/pcap.py" send wan "$TMP/say.pcap"
}

# heard COUNT SLAVE-OPTIONS: the doll and the gateway show COUNT of these frames
heard() {
	pair "-D 0 $2" '-r -C -D 0'
	# nothing else: R may ask for its neighbours meanwhile
	sniff doll "$M" puppet0 ether proto 0x88b5 or ether proto 0x88cc
	sniff wan "$G" wan ether proto 0x88b5 or ether proto 0x88cc
	say
	wait_frames doll "$1"
	say
	wait_frames doll $((2 * $1))
	sniff_end doll
	sniff_end wan
	"$PY" "$NET/pcap.py" compare "$TMP/wan.pcap" "$TMP/doll.pcap" ||
	    fail 'the doll shows other frames than the gateway'
	[ "$(frames doll)" = $((2 * $1)) ] ||
	    fail "$(frames doll) frames of 2 x $1 with slave '$2'"
	stop "$MASTER"
	stop "$SLAVE"
}

topo ipv6
ip -n "$R" link del wan
# shellcheck disable=SC2086
set -- $NICS
nic "$1" "$R" 02:00:00:09:00:02 10.9.0.2/24 fd09::2/64
nic "$2" "$G" 02:00:00:09:00:01 10.9.0.1/24 fd09::1/64
wait_for 10 'in_R ping -c 1 -W 1 10.9.0.1 >/dev/null' 'nothing passes the hub'

heard 6 ''
heard 7 -p

# the gateway's MAC, and an IPv6 address that only the doll has
pair '-D 0' '-D 0'
wait_for 5 'ip -n "$M" link show puppet0 | grep -q 02:00:00:09:00:01' \
    'the doll has another MAC address'
ip -n "$M" addr add fd09::3/64 dev puppet0 nodad
pings "$R" fd09::3
[ "$(ip -n "$G" -d link show wan |
    sed -n 's/.* promiscuity \([0-9]*\).*/\1/p')" = 0 ] ||
    fail 'promiscuous: the test shows nothing'
ok

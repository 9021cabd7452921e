#!/bin/sh
# SPDX-License-Identifier: ISC
# Live TCP through the gateway's interface: tcpdump there and tcpdump on the
# doll record the same frames, super-frames and unfinished checksums included,
# with the hosts' offloads on and off.
#
#   R wan ===== TCP ===== wan G (slave) ctl ------ ctl M (master -r) puppet0
#                             tcpdump                             tcpdump
. "$(dirname "$0")/lib.sh"

bytes=20000000 pace=30000000
# Frames that two processors handle at the same time reach two captures in any
# order: both ends of the connection share one.
need taskset
PIN='taskset -c 0'

watch() {
	offloads "$1"
	sniff_bulk wan "$G" wan
	# what the master's own kernel says there goes nowhere (-r)
	sniff_bulk doll "$M" puppet0 -Q in
	transfer "$R" "$G" 10.9.0.1 $bytes 30 $pace
	transfer "$G" "$R" 10.9.0.2 $bytes 30 $pace
	pings "$R" 10.9.0.1 1 -s 999
	wait_for 10 'tcpdump -nr "$TMP/doll.pcap" "icmp[0] = 0" 2>/dev/null |
	    grep -q .' 'the last frame never reached the doll'
	sniff_end wan
	sniff_end doll
	"$PY" "$NET/pcap.py" compare "$TMP/wan.pcap" "$TMP/doll.pcap" ||
	    fail "captures differ, offloads $1"
	largest=$("$PY" "$NET/pcap.py" largest "$TMP/wan.pcap")
}

topo
pair '-D 0' '-r -D 0'
watch on
[ "$largest" -gt 1514 ] || fail 'no super-frame was there to see'
watch off
[ "$largest" -le 1514 ] || fail 'offloads were not off'
ok

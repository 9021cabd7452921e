#!/bin/sh
# SPDX-License-Identifier: ISC
# -r, on either side: the doll sees all frames, and none that it sends reaches
# the wire.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master) puppet0
#     the marker            tcpdump                        speaks in vain
. "$(dirname "$0")/lib.sh"

from_doll=02:00:00:09:00:65

# Sets n to the frames from the doll that tcpdump saw on the interface, once a
# marker sent after them has come all the way to the doll.
speak() {
	sniff wan "$G" wan ether src $from_doll
	sniff doll "$M" puppet0 icmp
	in_M "$PY" "$NET/pcap.py" send puppet0 "$TMP/speech.pcap"
	pings "$R" 10.9.0.1
	wait_frames doll 6
	[ "$1" = no ] || wait_frames wan "$(frames speech)"
	sniff_end wan
	sniff_end doll
	n=$(frames wan)
}

readonly_on() {
	sent=$(counter "$G" wan tx_packets)
	pair "$1" "$2"
	speak no
	[ "$n" = 0 ] || fail "$n frames reached the wire (slave $1, master $2)"
	sent=$(($(counter "$G" wan tx_packets) - sent))
	[ "$sent" -le 8 ] || fail "the interface sent $sent frames"
	stop "$MASTER"
	stop "$SLAVE"
}

topo
"$PY" "$NET/pcap.py" craft "$TMP/speech.pcap" $from_doll ff:ff:ff:ff:ff:ff 1514
readonly_on -r ''
readonly_on '' -r
pair	# and without it they do
speak yes
[ "$n" = "$(frames speech)" ] || fail 'the test itself is deaf'
ok

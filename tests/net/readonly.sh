#!/bin/sh
# SPDX-License-Identifier: ISC
# -r on either side: the doll shows all frames, and no frame that is sent on the
# doll reaches the wire.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master) puppet0
#     sends pings           tcpdump                        sends in vain
. "$(dirname "$0")/lib.sh"

from_doll=02:00:00:09:00:65

# speak no|yes: sends frames on the doll, and then pings from R.  When the pings
# are on the doll, sets n to the number of these frames that tcpdump saw on wan.
# yes: waits until all of them are there.
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
pair	# without -r the frames pass
speak yes
[ "$n" = "$(frames speech)" ] || fail 'without -r the frames do not pass either'
ok

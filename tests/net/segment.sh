#!/bin/sh
# SPDX-License-Identifier: ISC
# -G on either side: the doll shows no frame larger than on the wire although
# the gateway's kernel handles super-frames (large TCP frames, joined or not yet
# cut).  Every checksum is right, and no byte of the stream is missing.  Without
# -G a master with -r says so once; a master without -r, or with -g, does not.
#
#   R wan ===== TCP ===== wan G (slave) ctl ------ ctl M (master -r) puppet0
#                             tcpdump                             tcpdump
. "$(dirname "$0")/lib.sh"

bytes=10000000

watch() {	# SLAVE-OPTION MASTER-OPTION
	pair "-D 0 $1" "-r -D 0 $2"
	sniff_bulk wan "$G" wan
	# small slots, so that tcpdump has many: frames come in bursts of 45
	sniff doll "$M" puppet0 -s 4096
	transfer "$R" "$G" 10.9.0.1 $bytes 30 20000000
	read -r _ digest <"$TMP/tcp_send.log"
	wait_for 10 '[ "$("$PY" "$NET/pcap.py" tcp "$TMP/doll.pcap" \
	    02:00:00:09:00:02 check 2>&1 | tee "$TMP/stream.log")" = \
	    "$bytes $digest" ]' "the doll has other bytes than were sent"
	sniff_end wan
	sniff_end doll
	[ "$("$PY" "$NET/pcap.py" largest "$TMP/wan.pcap")" -gt 1514 ] ||
	    fail 'no super-frame was there to cut'
	[ "$("$PY" "$NET/pcap.py" largest "$TMP/doll.pcap")" -le 1514 ] ||
	    fail 'a frame on the doll is larger than on the wire'
	stop "$MASTER"
	stop "$SLAVE"
}

# hint N ARGS...: while super-frames come, the master logs N lines about -G
hint() {
	_lines=$1
	shift
	pair '' "-C $*"
	was=$(counter "$M" puppet0 rx_bytes)
	transfer "$R" "$G" 10.9.0.1 1000000
	transfer "$R" "$G" 10.9.0.1 1000000
	wait_for 10 '[ "$(counter "$M" puppet0 rx_bytes)" -gt $((was + 2000000)) ]' \
	    "the doll does not show the super-frames"
	[ "$(said master.log 'offloaded frames; -G cuts them' | wc -l)" = \
	    "$_lines" ] || fail "not $_lines lines about -G with: $*"
	stop "$MASTER"
	stop "$SLAVE"
}

topo
offloads on
hint 1 -r
hint 0
hint 0 -r -G
hint 0 -r -g
watch '' -G
watch -G ''
ok

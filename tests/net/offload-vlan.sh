#!/bin/sh
# SPDX-License-Identifier: ISC
# Super-frames (large TCP frames that an interface has to cut) behind VLAN tags,
# which the kernel keeps beside the frame.  The doll shows the frames that
# tcpdump shows on the interface; with -G it shows finished segments, each with
# its tags.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master -r) puppet0
#     super-frames          tcpdump                           tcpdump
. "$(dirname "$0")/lib.sh"

from=02:00:00:09:00:64 nobody=02:00:00:09:00:c8 frames=40

watch() {	# 4|6 TAGS MASTER-OPTIONS
	check=${3:+check}
	pair '-D 0' "-r -D 0 ${3:-}"
	sniff wan "$G" wan
	sniff doll "$M" puppet0
	# shellcheck disable=SC2086
	in_R "$PY" "$NET/gso.py" wan $from $nobody "$1" $frames $2 \
	    >"$TMP/sent" || skip 'no super-frames from a packet socket here'
	wait_for 10 '"$PY" "$NET/pcap.py" tcp "$TMP/doll.pcap" $from $check \
	    2>&1 | tee "$TMP/stream.log" | cmp -s - "$TMP/sent"' \
	    \
	    \
	    \
	    "IPv$1, tags '$2', '${3:-}': the doll has other bytes than were sent"
	sniff_end wan
	sniff_end doll
	[ "$("$PY" "$NET/pcap.py" largest "$TMP/wan.pcap")" -gt 20000 ] ||
	    skip 'the kernel cut the super-frames before the capture'
	if [ -n "${3:-}" ]; then
		largest=$("$PY" "$NET/pcap.py" largest "$TMP/doll.pcap")
		[ "$largest" -le 1522 ] ||
		    fail "a frame of $largest bytes with -G"
		tagged=$(tcpdump -enr "$TMP/doll.pcap" ether src $from \
		    2>/dev/null | grep -c ' vlan 5, p 0') || true
		[ "$tagged" -ge $((frames * 20)) ] ||
		    fail "only $tagged segments have the tag"
	else
		"$PY" "$NET/pcap.py" compare "$TMP/wan.pcap" "$TMP/doll.pcap" \
		    $from || fail 'the doll shows other frames'
	fi
	stop "$MASTER"
	stop "$SLAVE"
}

topo
offloads on
watch 4 0x8100:5
watch 6 0x8100:5
watch 4 0x8100:5 -G
watch 6 0x8100:5 -G
watch 4 '0x88a8:7 0x8100:5' -G
ok

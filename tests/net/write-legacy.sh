#!/bin/sh
# SPDX-License-Identifier: ISC
# A capture file from an etherpuppet 0.3: a frame's time is that of its arrival
# at the master; its direction is not known, and the file says so.
#
#   R wan ------ wan G (slave: etherpuppet 0.3) ctl ------ ctl M (master -w)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-legacy.sh"

need tshark
topo
start old "$G" "$OLD" -s 1234 -i wan
wait_listen "$G" 1234
file=$TMP/file.pcapng
start master "$M" "$EP" -m -c 10.8.0.1:1234 -L 0.3 -w "$file"
MASTER=$PID
BEGIN=$(date +%s)
wait_for 10 "in_R ping -c 1 -W 1 10.9.0.1 >/dev/null;
    tshark -r '$file' -Y 'icmp.type == 0' 2>/dev/null | grep -q ." \
    'no ping is in the file'
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
tshark -r "$file" -Y icmp -T fields -e frame.packet_flags_direction \
    -e frame.time_epoch >"$TMP/frames" 2>"$TMP/tshark.log" ||
    fail 'tshark finds the file broken'
while read -r direction time; do
	[ "$direction" = 0x00000000 ] || fail "direction $direction"
	[ "${time%.*}" -ge "$BEGIN" ] && [ "${time%.*}" -le "$(date +%s)" ] ||
	    fail "time $time"
done <"$TMP/frames"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Frames that the kernel drops because a queue is full are counted, at the real
# interface and on the doll: frames sent = carried + dropped + stale.  Each
# carried frame arrives, or is counted as late.
#
#   R wan ------------- wan G (slave -b 1) ctl ------ ctl M (master, stopped)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

# total NAME KEY...: prints the sum of these counters
total() {
	_name=$1 _total=0
	shift
	for _key; do _total=$((_total + $(value "$_name" "$_key"))); done
	echo $_total
}
out='up_frames dropped_by_kernel stale'

topo
speech many 02:00:00:09:00:64 5000x1514
pair '-b 1' '-C -r'
kill -STOP "$MASTER"
sent=0
while block slave; [ "$(value slave dropped_by_kernel)" -lt 1000 ]; do
	[ $sent -lt 60000 ] || fail "the queue does not fill up"
	say many "$R" wan
	sent=$((sent + 5000))
done
kill -CONT "$MASTER"
wait_for 10 "block slave; [ \$(total slave $out) = $sent ]" ||
    fail "$sent sent, $(total slave $out) counted"
wait_for 10 "block master
    [ \$(total master down_frames late) = $(value slave up_frames) ]" \
    "$(value slave up_frames) carried, but not all came or were late"
is master down_bytes $((1514 * $(value master down_frames)))
is master refused_by_interface 0
becomes master peer_dropped_by_kernel "$(value slave dropped_by_kernel)"
is master dropped_by_kernel 0

# the same on the doll: its queue holds two frames, and the master is stopped
stop "$MASTER"
master -m -u -C -q 2 -c 10.8.0.1:1234
wait_session
kill -STOP "$MASTER"
say many "$M" puppet0
kill -CONT "$MASTER"
wait_for 10 'block master
    [ $(total master $out) = 5000 ]' ||
    fail "5000 frames: $(grep -E '^(up_frames|drop)' "$TMP/master.block")"
[ "$(value master dropped_by_kernel)" -gt 0 ] || fail "no frame was dropped"
ok

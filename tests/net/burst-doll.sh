#!/bin/sh
# SPDX-License-Identifier: ISC
# An application sends frames on a doll at top speed.  A burst that fits into
# the doll's queue of 1000 frames arrives complete and in order; of a longer one
# each lost frame is counted.
#
#   M (master, puppet0) ctl ----- ctl G (slave) wan ------- wan R
#     numbered send                                           numbered count
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"
. "$NET/lib-numbered.sh"

# burst FRAMES [ARGS...]: at once on the doll; sets remote_frames
burst() {
	_frames=$1
	shift
	count remote "$R" wan $FROM_DOLL
	send_start burst "$M" puppet0 $FROM_DOLL -n "$_frames" "$@"
	send_end burst
	settled
	count_end remote
	[ "$remote_dropped" = 0 ] || fail 'the counter itself was too slow'
}

numbered_build
topo
pair -C '-C -D 0'
for length in 60 1514; do
	for frames in 1 10 300 1000; do
		burst $frames -l $length
		[ "$remote_frames" = $frames ] ||
		    fail "of $frames frames $remote_frames came"
	done
done
block master
is master dropped_by_kernel 0

burst 50000 -l 60
block master
lost=$((50000 - remote_frames))
[ "$lost" -gt 0 ] || fail 'no frame was lost: the queue was not full'
is master dropped_by_kernel "$lost"
wait_log master.log 'puppet0: the kernel dropped [0-9]+ frames, its queue was full; -q makes it longer'
block slave
is slave refused_by_interface 0
ok

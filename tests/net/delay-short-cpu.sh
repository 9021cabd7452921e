#!/bin/sh
# SPDX-License-Identifier: ISC
# A slave with little processor time and many small frames: it discards old
# frames faster than new ones come, so that some still pass.
#
#   R wan ------------- wan G (slave, nice) ctl ------ ctl M (master) puppet0
#     numbered
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"
. "$NET/lib-numbered.sh"

RATE=100000 SPAN=2

# known: the slave has seen all that were sent
known() {
	block slave
	[ "$(sum slave up_frames dropped_by_kernel stale \
	    invalid oversize_for_peer)" -ge "$rain_sent" ]
}

need taskset
numbered_build
topo
pair "" -C
start hog "$G" taskset -c 0 sh -c 'while :; do :; done'
taskset -c -p 0 "$SLAVE" >/dev/null
renice -n 10 "$SLAVE" >/dev/null
before=$(counter "$M" puppet0 rx_packets)
send_start rain "$R" wan $FROM_R -l 60 -r $RATE -t $SPAN
send_end rain
[ "$rain_refused" = 0 ] || fail "the test sent $rain_refused frames less"
wait_for 20 known 'frames are neither carried nor counted'
settled
came=$(($(counter "$M" puppet0 rx_packets) - before))
echo "$rain_sent sent, $came came, $(value slave stale) stale," \
    "$(value slave dropped_by_kernel) dropped"
[ "$came" -ge $((rain_sent / 4)) ] || fail "only $came of $rain_sent came"
ok

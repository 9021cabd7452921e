#!/bin/sh
# SPDX-License-Identifier: ISC
# --max-delay 0: no frame is too old; a burst that fits into the capture buffer
# loses no frame over a link that stalls.  A small buffer loses frames that do
# not fit, which is logged.
#
#   R wan ------ wan G (slave) ctl --[ 20 kbit/s, then more ]-- ctl M (doll)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-delay.sh"

# burst COUNT SLAVE-ARGS: frames of 1000 bytes in half a second while the link
# stalls; then it goes on.  Sets the counters.
burst() {
	slow 100
	# shellcheck disable=SC2086
	slave -s 1234 -i wan -f 'udp port 9' -D 0 $2
	wait_listen "$G" 1234
	master -m -u -C -c 10.8.0.1:1234
	wait_session
	sniff wan "$G" wan -s 2000 udp port 9
	sniff doll "$M" puppet0 -s 2000 udp port 9
	in_G tc qdisc change dev ctl root tbf rate 20kbit burst 5kb limit 4mb
	send "$1" $(($1 * 2))
	[ "$(key slave up_frames)" -lt "$1" ] || fail 'the link did not stall'
	slow 100
	wait_for 20 '[ $(($(frames doll) + $(lost))) -ge '"$1 ]" \
	    'frames do not come and are not counted'
	dropped=$(key slave dropped_by_kernel)
	ages 60000
	stale=$(discarded)
	[ "$n" = "$1" ] || fail "the test sent $n frames"
	[ "$stale" = 0 ] || fail "$stale frames were too old"
	[ "$order" = ok ] || fail 'out of order'
	lost=$(lost)
	[ "$n" = $((got + lost)) ] || fail "$n frames, $got came, $lost are counted"
}

topo_delay
burst 3000 ''
[ "$dropped" = 0 ] || fail "$dropped frames lost in a buffer of 8 MiB"
unsaid slave.log 'dropped [0-9]' || fail 'drops are said, there are none'
[ "$max" -gt 300 ] || fail 'the link did not stall'
stop "$MASTER"
stop "$SLAVE"

burst 3000 '-b 1'
[ "$dropped" -gt 100 ] || fail "$dropped frames lost in a buffer of 1 MiB"
wait_log slave.log 'wan: the kernel dropped [0-9]+ frames, its queue was full; -b makes it longer'
[ "$(said slave.log 'kernel dropped [0-9]' | wc -l)" = 1 ] || fail 'said twice'
ok

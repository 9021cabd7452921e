#!/bin/sh
# SPDX-License-Identifier: ISC
# Frames sent on a doll wait in its queue of -q frames: a short queue loses more
# of a burst, and each loss is counted and logged.  Frames that the link has no
# room for are discarded and counted.
#
#   M (master, puppet0) ctl --[ 20 kbit/s, then more ]-- ctl G (slave) wan ---- R
. "$(dirname "$0")/lib.sh"
. "$NET/lib-delay.sh"

OLD='puppet0: dropped [0-9]+ frames older than 200 ms'

# burst QUEUE MASTER-ARGS: 2000 frames at once on the doll while nothing goes,
# by default until some have become too old
burst() {
	in_M tc qdisc replace dev ctl root tbf rate 100mbit burst 20kb limit 4mb
	slave -s 1234 -i wan
	wait_listen "$G" 1234
	# shellcheck disable=SC2086
	master -m -u -C -c 10.8.0.1:1234 -q "$1" $2
	wait_session
	doll_address
	ip -n "$M" neigh replace 10.9.0.77 lladdr 02:00:00:09:00:77 dev puppet0
	sniff wan "$R" wan -s 2000 udp port 9
	in_M tc qdisc change dev ctl root tbf rate 20kbit burst 5kb limit 4mb
	in_M "$PY" "$NET/age.py" send 10.9.0.77 2000 1000000
	dropped=$(key master dropped_by_kernel)
	[ -n "$2" ] || wait_log master.log "$OLD"
	in_M tc qdisc change dev ctl root tbf rate 100mbit burst 20kb limit 4mb
}

# all_known: every frame has come, or is counted
all_known() {
	wait_for 20 '[ $(($(frames wan) + $(lost master slave))) = 2000 ]' \
	    "not all frames are known: $dropped dropped, $(frames wan) came"
	sniff_end wan
}

need tc
topo
# -D 0: no frame is discarded as too old
burst 100 '-D 0'
[ "$dropped" -gt 1000 ] || fail "a queue of 100 lost only $dropped"
wait_log master.log 'puppet0: the kernel dropped [0-9]+ frames, its queue was full; -q makes it longer'
all_known
[ "$(discarded master slave)" = 0 ] || fail 'discarded with -D 0'
stop "$MASTER"
stop "$SLAVE"

burst 2000 '-D 0'
[ "$dropped" = 0 ] || fail "a queue of 2000 lost $dropped of 2000"
all_known
[ "$(discarded master slave)" = 0 ] || fail 'discarded with -D 0'
stop "$MASTER"
stop "$SLAVE"

# the default of 200 ms
burst 2000 ''
all_known
ok

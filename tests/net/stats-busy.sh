#!/bin/sh
# SPDX-License-Identifier: ISC
# SIGUSR1 in heavy traffic: all counters are shown at once and never fall, the
# peer's too, and no byte is lost by asking for them.
#
#   R --wan-- G (slave) --ctl-- M (master)       600 MB over TCP from M to R
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

grows() {	# NAME KEY: the counter must not fall
	new=$(value "$1" "$2")
	eval "old=\${last_$1_$2:-0}"
	eval "last_$1_$2=\$new"
	[ "$new" -ge "$old" ] || fail "$1: $2 went from $old to $new"
}

topo
pair
doll_address
pings "$M" 10.9.0.2
start serve "$R" "$PY" "$NET/tcp.py" serve 10.9.0.2 5001
wait_listen "$R" 5001
start send "$M" "$PY" "$NET/tcp.py" send 10.9.0.2 5001 600000000
SEND=$PID
asked=0
while alive "$SEND" && [ $asked -lt 40 ]; do
	for who in slave master; do
		block $who
		for key in up_bytes down_bytes peer_up_bytes peer_down_bytes; do
			grows $who $key
		done
	done
	asked=$((asked + 1))
done
[ $asked -ge 3 ] || fail "the transfer was too short"
wait_exit "$SEND" 60
[ "$STATUS" = 0 ] || fail "the transfer did not survive"
block master
[ "$(value master up_bytes)" -gt 600000000 ] ||
    fail "fewer bytes than were sent"
becomes slave down_bytes "$(value master up_bytes)"
becomes slave peer_up_bytes "$(value master up_bytes)"
ok

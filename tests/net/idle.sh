#!/bin/sh
# SPDX-License-Identifier: ISC
# Without traffic neither program wakes up more than six times in a minute; and
# each ends at once when it is asked to.  strace makes them slow enough that both
# often send a PING at the same moment, which must not count as frames.  Takes
# 90 s.
. "$(dirname "$0")/lib.sh"

# woken PROGRAM: prints how often it has waited and was woken
woken() { grep -c "^[^ ]* *[^ ]* ppoll(.*) = " "$TMP/$1.trace" || true; }

# trace PROGRAM PID: begins to count
trace() {
	start "trace_$1" "$M" strace -tt -f -e trace=ppoll -o "$TMP/$1.trace" -p "$2"
	wait_log "trace_$1.log" attached
}

need strace
topo
pair
# the beginning: parameters, the first counters, the kernel's announcements
trace slave "$SLAVE"
trace master "$MASTER"
still() {
	before=$(woken slave) other=$(woken master)
	sleep 3
	[ "$before" = "$(woken slave)" ] && [ "$other" = "$(woken master)" ]
}
wait_for 20 still 'an idle session does not come to rest'
# from one PING on, so that the minute has no fourth one
before=$(woken slave)
wait_for 25 '[ "$(woken slave)" != "$before" ]' 'no PING'
SLAVE_WOKEN=$(woken slave) MASTER_WOKEN=$(woken master)
sleep 59
SLAVE_WOKEN=$(($(woken slave) - SLAVE_WOKEN))
MASTER_WOKEN=$(($(woken master) - MASTER_WOKEN))
[ "$SLAVE_WOKEN" -ge 2 ] || fail 'the slave was not woken by a PING'
[ "$SLAVE_WOKEN" -le 6 ] || fail "the slave woke $SLAVE_WOKEN times"
[ "$MASTER_WOKEN" -le 6 ] || fail "the master woke $MASTER_WOKEN times"
stop "$MASTER"
stop "$SLAVE"
ok

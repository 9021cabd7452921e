#!/bin/sh
# SPDX-License-Identifier: ISC
# Without traffic neither program wakes up more than six times in a minute; and
# each ends at once when it is asked to.  Takes 90 s.
. "$(dirname "$0")/lib.sh"

# woken PID: how often it has waited and was woken
woken() { awk '/^voluntary_ctxt_switches:/ { print $2 }' "/proc/$1/status"; }

topo
pair
# the beginning: parameters, the first counters, the kernel's announcements
still() {
	before=$(woken "$SLAVE") other=$(woken "$MASTER")
	sleep 3
	[ "$before" = "$(woken "$SLAVE")" ] && [ "$other" = "$(woken "$MASTER")" ]
}
wait_for 20 still 'an idle session does not come to rest'
# from one PING on, so that the minute has no fourth one
before=$(woken "$SLAVE")
wait_for 25 '[ "$(woken "$SLAVE")" != "$before" ]' 'no PING'
SLAVE_WOKEN=$(woken "$SLAVE") MASTER_WOKEN=$(woken "$MASTER")
sleep 59
SLAVE_WOKEN=$(($(woken "$SLAVE") - SLAVE_WOKEN))
MASTER_WOKEN=$(($(woken "$MASTER") - MASTER_WOKEN))
[ "$SLAVE_WOKEN" -ge 2 ] || fail 'the slave was not woken by a PING'
[ "$SLAVE_WOKEN" -le 6 ] || fail "the slave woke $SLAVE_WOKEN times"
[ "$MASTER_WOKEN" -le 6 ] || fail "the master woke $MASTER_WOKEN times"
stop "$MASTER"
stop "$SLAVE"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Two newcomers want the place of a peer that does not answer: the first one
# gets it, the second one is refused as busy.  If the peer answers, both are
# refused.
#
#   R --wan-- G (slave) --ctl-- M (master, stopped; two newcomers)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

# two STEPS...: connects two newcomers, a and b; sets PID_a and PID_b
two() {
	for who in a b; do
		native $who "$M" connect 10.8.0.1 1234 preamble \
		    hello:role=master,link=1 want:HELLO "$@"
		eval "PID_$who=$NATIVE"
		wait_log $who.log HELLO
	done
}

topo
pair '' -C
two want:BYE end:5
for pid in $PID_a $PID_b; do
	wait_exit "$pid" 10
	[ "$STATUS" = 0 ] || fail 'a newcomer was not refused'
done
carrier || fail 'the first session ended'
wait_for 3 "[ \$(lines slave.log 'refused: busy') = 2 ]" \
    'not both refusals are in the log'

kill -STOP "$MASTER"
two serve:30
wait_for 10 'grep -q "^PARAMS" "$TMP/a.log" "$TMP/b.log"' 'nobody is served'
wait_for 10 'grep -q "^BYE 2 busy" "$TMP/a.log" "$TMP/b.log"' 'nobody is refused'
served=$(grep -l '^PARAMS' "$TMP/a.log" "$TMP/b.log")
[ "$(basename "$served")" = a.log ] ||
    fail "not the first newcomer was served: $served"
[ "$(lines slave.log 'session ended')" = 1 ] || fail 'the new session ended'
unsaid a.log EOF || fail 'the first newcomer lost its session'
kill -CONT "$MASTER"
ok

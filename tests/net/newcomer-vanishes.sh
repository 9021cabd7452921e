#!/bin/sh
# SPDX-License-Identifier: ISC
# The present peer does not answer, but the newcomer leaves before the 3 s are
# over: the session stays, and the slave does not run busy.  Later newcomers are
# treated as always: refused as busy if the peer answers, else served after 3 s.
#
#   R --wan-- G (slave) --ctl-- M (master, stopped now and then; newcomers)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

# comes NAME STEPS...: connects one more master
comes() {
	_name=$1
	shift
	native "$_name" "$M" connect 10.8.0.1 1234 preamble \
	    hello:role=master,link=1 "$@"
}

topo
pair '' -C
kill -STOP "$MASTER"
comes short want:HELLO say:HELLO close
wait_log short.log HELLO
wait_exit "$NATIVE" 5
wait_log slave.log '10\.8\.0\.2 port [0-9]+: closed'
began=$(now)
spent=$(cpu "$SLAVE")
wait_for 10 "[ \$(now) -ge $((began + 5)) ]" 'no time passes'
spent=$(($(cpu "$SLAVE") - spent))
[ "$spent" -lt $((50 * SLOW)) ] ||
    fail "the slave runs busy: $spent hundredths of a second in 5 s"
[ "$(lines slave.log 'session ended')" = 0 ] ||
    fail 'the session ended without a newcomer'

kill -CONT "$MASTER"
pings "$R" 10.9.0.1
comes late want:BYE end:5
wait_exit "$NATIVE" 10
grep -q '^BYE 2 busy' "$TMP/late.log" || fail 'the newcomer was not refused'
[ "$(lines slave.log 'session ended')" = 0 ] || fail 'the session was disturbed'

kill -STOP "$MASTER"
comes heir want:PARAMS say:SERVED serve:60
wait_log heir.log HELLO
began=$(now)
wait_log heir.log SERVED
[ $(($(now) - began)) -ge 2 ] || fail 'replaced before 3 s'
kill -CONT "$MASTER"
ok

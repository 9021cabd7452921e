#!/bin/sh
# SPDX-License-Identifier: ISC
# Somebody connects as fast as possible from one address: says nothing, says
# nonsense, says a valid HELLO, or leaves at once.  A peer from another address
# always gets in, the log stays short, and a session is not disturbed.
#
#   R (storm) --wan-- G (slave) --ctl-- M (good peers, then the master)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

topo
slave -s 1234 -i wan
wait_listen "$G" 1234
mkfifo "$TMP/on"
# storm KIND: makes connections from R, until calm is called
storm() {
	start "storm_$1" "$R" sh -c "exec $PY $NET/strangers.py storm \
	    10.9.0.1 1234 $1 <$TMP/on"
	STORM=$PID
	exec 3>"$TMP/on"
	wait_log "storm_$1.log" STORM
}
# calm KIND: ends the storm, and checks that it was one and the log is short
calm() {
	exec 3>&-
	wait_exit "$STORM" 10
	# while a session is busy, strangers have their turn every 50 ms
	[ "$(sed -n 's/^KNOCKED //p' "$TMP/storm_$1.log")" -gt 50 ] ||
	    fail "$1: no storm: $(cat "$TMP/storm_$1.log")"
	[ "$(said slave.log | wc -l)" -lt 300 ] ||
	    fail "$1: $(said slave.log | wc -l) lines in the log"
	alive "$SLAVE" || fail "$1: the slave ended"
}

# no session yet: peers that say nothing or nonsense get none
for kind in silent http; do
	storm "$kind"
	for try in 1 2 3 4 5 6 7 8 9 10; do
		native "good_$kind$try" "$M" connect 10.8.0.1 1234 preamble \
		    hello:role=master,link=1 want:PARAMS,5 bye:1,bye end:5
		wait_exit "$NATIVE" 12
		[ "$STATUS" = 0 ] || fail "$kind: good peer $try was kept out"
	done
	calm "$kind"
done

master -m -u -C -c 10.8.0.1:1234
wait_session
ended=$(lines slave.log 'session ended')
for kind in silent hello nothing; do
	storm "$kind"
	wait_for 3 false || pings "$R" 10.9.0.1
	calm "$kind"
done
carrier || fail 'the session ended'
[ "$(lines slave.log 'session ended')" = "$ended" ] ||
    fail 'the session was disturbed'
wait_log slave.log 'and [0-9]+ more like this' 20
ok

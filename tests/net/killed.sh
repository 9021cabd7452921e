#!/bin/sh
# SPDX-License-Identifier: ISC
# SIGKILL of a slave or a master, listening or connecting: the other side
# notices at once, says one line, and the next session comes within seconds.  On
# a doll that lives through it a socket stays bound and a TCP connection goes
# on; counters go on.  With -1 that was the session, and the end.
#
#   R --wan-- G (slaves 1 to 5) --ctl-- M (masters 1 to 5: p1 to p5)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

# counted N: the frames of master1, by the Nth SIGUSR1, in COUNTED
counted() {
	kill -USR1 "$MASTER_1"
	wait_for 5 "[ \$(lines master1.log '^down_frames=') = $1 ]" 'no counters'
	COUNTED=$(sed -n 's/^down_frames=//p' "$TMP/master1.log" | tail -n 1)
}

topo
session 1 slave
session 2 slave
session 3 master
session 4 master
session 5 slave '' -1
for n in 1 2 3 4 5; do up $n; done
ip -n "$M" link set p1 address 02:00:00:09:00:03
ip -n "$M" addr add 10.9.0.3/24 brd + dev p1
start serve "$R" "$PY" "$NET/echo.py" serve 7
start bound "$M" "$PY" "$NET/echo.py" serve 8
wait_listen "$R" 7
wait_listen "$M" 8
wait_for 10 'in_M ping -n -c 1 -W 1 10.9.0.2 >/dev/null' 'the doll is cut off'
start talk "$M" "$PY" "$NET/echo.py" client 10.9.0.2 7 "$TMP/enough"
TALK=$PID
wait_log talk.log TALKING
start back "$R" "$PY" "$NET/echo.py" client 10.9.0.3 8 "$TMP/enough"
BACK=$PID
wait_log back.log TALKING
counted 1
before=$COUNTED
[ "$before" -gt 0 ] || fail 'nothing is counted'

kill -9 "$SLAVE_1" "$MASTER_2" "$SLAVE_3" "$MASTER_4" "$SLAVE_5"
wait_exit "$MASTER_5" 2
[ "$STATUS" = 0 ] || fail "-1: exit status $STATUS"
for log in master1 slave2 master3 slave4; do
	wait_log $log.log 'session ended: closed' 2
done
down 1 1
down 3 1
slave_N 1 '-s 10.8.0.1:2001'
master_N 2 '-c 10.8.0.1:2002'
slave_N 3 '-c 10.8.0.2:2003'
master_N 4 '-s 10.8.0.2:2004'
for n in 1 2 3 4; do up $n 8; done
for log in master1 slave2 master3 slave4; do
	[ "$(lines $log.log 'session ended')" = 1 ] || fail "$log: not one line"
	[ "$(lines $log.log 'session begins')" = 2 ] || fail "$log: not two sessions"
done
pings "$R" 10.9.0.1
wait_for 10 'in_M ping -n -c 1 -W 1 10.9.0.2 >/dev/null' 'the doll is cut off'
touch "$TMP/enough"
wait_exit "$TALK" 20
[ "$STATUS" = 0 ] || fail 'a TCP connection of the doll has suffered'
wait_exit "$BACK" 20
[ "$STATUS" = 0 ] || fail 'a TCP connection to the doll has suffered'
counted 2
[ "$COUNTED" -gt "$before" ] || fail "counters: $before, then $COUNTED"
[ "$(grep '^sessions=' "$TMP/master1.log" | tail -n 1)" = sessions=2 ] ||
    fail 'not two sessions are counted'
ok

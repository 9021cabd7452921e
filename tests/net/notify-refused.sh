#!/bin/sh
# SPDX-License-Identifier: ISC
# Trouble with a service manager's socket keeps no process from its work: nobody
# listens there, the name is no path, the manager does not read.  A process that
# fails to start never says READY.  The text of a command cannot make a line of
# its own in a datagram, and the command does not get the socket.
#
#   G (slaves, manager) ctl ------ ctl M (peers; a slave, a master, manager)
. "$(dirname "$0")/lib.sh"

topo

# nobody listens at the path; the name is no path
start slave "$G" env NOTIFY_SOCKET="$TMP/nobody" "$EP" -s 1234 -i wan
stop_me=$PID
wait_log slave.log "^etherpuppet: NOTIFY_SOCKET=$TMP/nobody: No such file"
wait_log slave.log 'listening on'
stop "$stop_me"
start slave "$G" env NOTIFY_SOCKET=here "$EP" -s 1234 -i wan
stop_me=$PID
wait_log slave.log '^etherpuppet: NOTIFY_SOCKET=here: no path of a socket$'
wait_log slave.log 'listening on'
stop "$stop_me"

# a manager that does not read: more datagrams than its queue takes
start deaf "$G" "$PY" "$NET/manager.py" "$TMP/deaf" deaf
wait_log deaf.log '^BOUND'
start slave "$G" env NOTIFY_SOCKET="$TMP/deaf" "$EP" -s 1234 -i wan
stop_me=$PID
wait_listen "$G" 1234
queue=$(in_G cat /proc/sys/net/unix/max_dgram_qlen)
sessions=0
while [ "$sessions" -le "$queue" ]; do
	native peer "$M" connect 10.8.0.1 1234 preamble hello:role=master \
	    want:PARAMS bye:0,done end:5
	wait_exit "$NATIVE" 10
	[ "$STATUS" = 0 ] || fail "session $sessions failed"
	sessions=$((sessions + 1))
done
stop "$stop_me"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"

# a start that fails; a command whose text has a line READY=2
start told "$M" "$PY" "$NET/manager.py" "$TMP/told"
wait_log told.log '^BOUND'
in_M env NOTIFY_SOCKET="$TMP/told" "$EP" -i nothing -s 1234 \
    >"$TMP/nothing.log" 2>&1 && fail 'a slave started without its interface'
wait_log told.log '^STOPPING'
unsaid told.log READY || fail 'the slave told READY, but it failed'
in_M env NOTIFY_SOCKET="$TMP/told" "$EP" -m -1 -w "$TMP/file" -e 'env >&2
READY=2' >"$TMP/command.log" 2>&1 && fail 'the master ended with status 0'
wait_log told.log '^READY=1\|STATUS=connecting to env >&2\\x0aREADY=2$'
grep -q '^PATH=' "$TMP/command.log" || fail 'the command did not run'
unsaid command.log '^NOTIFY_SOCKET' || fail 'the command has the socket'
ok

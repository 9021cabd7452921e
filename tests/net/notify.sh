#!/bin/sh
# SPDX-License-Identifier: ISC
# A process tells its service manager when it is ready, what it does, and that
# it ends: by datagrams as in sd_notify(3), to a path (the slave) and to an
# abstract name (the master).  The user's commands do not get the socket.
#
#   R wan ------ wan G (slave, manager) ctl ------ ctl M (master, manager)
. "$(dirname "$0")/lib.sh"

topo
start told_g "$G" "$PY" "$NET/manager.py" "$TMP/socket"
start told_m "$M" "$PY" "$NET/manager.py" "@ep$$"
wait_log told_g.log '^BOUND'
wait_log told_m.log '^BOUND'

# told NAME: prints the datagrams so far as one line
told() { tr '\n' ' ' <"$TMP/$1.log"; }

start slave "$G" env NOTIFY_SOCKET="$TMP/socket" "$EP" -s 1234 -i wan
SLAVE=$PID
wait_log told_g.log READY=1
in_G ss -ltnH 'sport = :1234' | grep -q . || fail 'ready, but does not listen'
[ "$(told told_g)" = 'BOUND READY=1|STATUS=listening on 1234 ' ] ||
    fail "at its start the slave told: $(told told_g)"

start master "$M" env NOTIFY_SOCKET="@ep$$" "$EP" -m -u -U 'env >&2' \
    -c 10.8.0.1:1234
MASTER=$PID
wait_log told_m.log READY=1
ip -n "$M" -o link show puppet0 >/dev/null || fail 'ready, but has no doll'
wait_log told_g.log '^STATUS=serving 10.8.0.2 port [0-9]+ \(native 1\)$'
wait_log told_m.log '^STATUS=serving 10.8.0.1:1234 \(native 1\)$'
wait_log master.log PUPPET_IFNAME=puppet0
unsaid master.log NOTIFY_SOCKET || fail 'the command of -U has the socket'

stop "$SLAVE"
[ "$STATUS" = 0 ] || fail "the slave ended with status $STATUS"
wait_log told_g.log '^STOPPING=1\|STATUS=ending$'
wait_log told_m.log '^STATUS=waiting for 10.8.0.1:1234, next try in 1 s$'
wait_log told_m.log '^STATUS=waiting for 10.8.0.1:1234, next try in 2 s$'
start slave "$G" env NOTIFY_SOCKET="$TMP/socket" "$EP" -s 1234 -i wan
SLAVE=$PID
wait_for 10 "[ \$(grep -c '^STATUS=serving' '$TMP/told_m.log') = 2 ]" \
    'the master did not tell its second session'
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "the master ended with status $STATUS"
wait_log told_m.log '^STOPPING=1\|STATUS=ending$'
wait_for 10 "[ \"\$(tail -n 1 '$TMP/told_g.log')\" = 'STATUS=listening on 1234' ]" \
    'the slave does not tell that it listens again'
[ "$(grep -c READY "$TMP/told_g.log" "$TMP/told_m.log" | tr '\n' ' ')" = \
    "$TMP/told_g.log:2 $TMP/told_m.log:1 " ] ||
    fail 'not one READY for each start'
ok

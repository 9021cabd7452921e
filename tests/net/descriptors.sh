#!/bin/sh
# SPDX-License-Identifier: ISC
# Few descriptors (RLIMIT_NOFILE): a session works with as many as are used, and
# no failure becomes a busy loop: a signal ends the process, or it ends by
# itself, with one line.
#
#   R --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

need prlimit

# ticks PID: its CPU time, in hundredths of a second
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

# unused PID: the lowest descriptor that it does not have
unused() {
	_fd=0
	while [ -e "/proc/$1/fd/$_fd" ]; do _fd=$((_fd + 1)); done
	echo "$_fd"
}

# idle PID: next to no CPU time for a second
idle() {
	was=$(ticks "$1")
	sleep 1
	[ $(($(ticks "$1") - was)) -lt $((20 * SLOW)) ] || fail "a busy loop: $*"
}

topo

# fewer than poll(2) has places for
start slave "$G" prlimit --nofile=16 "$EP" -s 1234 -i wan
SLAVE=$PID
wait_listen "$G" 1234
start master "$M" prlimit --nofile=16 "$EP" -m -u -c 10.8.0.1:1234
MASTER=$PID
wait_session
pings "$R" 10.9.0.1
idle "$MASTER"
idle "$SLAVE"

# no descriptor for a newcomer: he waits, others are served
descriptors "$SLAVE" "$(unused "$SLAVE")"
native newcomer "$M" connect 10.8.0.1 1234 preamble serve:60
wait_log slave.log 'accept: Too many open files'
idle "$SLAVE"
pings "$R" 10.9.0.1
stop "$SLAVE"
[ "$STATUS" = 0 ] || fail "the slave's status is $STATUS"

# fewer than are polled: nothing can go on
descriptors "$MASTER" 1
wait_exit "$MASTER" 5
[ "$STATUS" = 1 ] || fail "the master's status is $STATUS"
[ "$(said master.log 'ppoll' | wc -l)" = 1 ] || fail 'not one line of the reason'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# -1 ends a process with its first session, on either side, whether it listens
# or connects.  The other side goes on.  A connection that never becomes a
# session ends nothing.
#
#   R --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

# ended PID NAME: the process with -1 must end with status 0
ended() {
	wait_exit "$1" 10
	[ "$STATUS" = 0 ] || fail "$2 -1: exit status $STATUS"
}

topo
pair -1
stop "$MASTER"
ended "$SLAVE" "listening slave"

pair '' -1
stop "$SLAVE"
ended "$MASTER" "connecting master"
no_interface "$M" puppet0 || fail "the doll is still there"

master -m -u -1 -s 1234
wait_listen "$M" 1234
slave -i wan -c 10.8.0.2:1234
wait_session
OLD=$SLAVE
stop "$OLD"
ended "$MASTER" "listening master"

master -m -u -s 1234
wait_listen "$M" 1234
slave -1 -i wan -c 10.8.0.2:1234
wait_session
stop "$MASTER"
ended "$SLAVE" "connecting slave"

# without -1 both go on: the slave serves the next master
pair
stop "$MASTER"
master -m -u -c 10.8.0.1:1234
wait_session
stop "$MASTER"
stop "$SLAVE"

# a connection that never becomes a session does not end a listener with -1
slave -1 -s 1234 -i wan
wait_listen "$G" 1234
native nobody "$M" connect 10.8.0.1 1234 'text:GET / HTTP/1.0\r\n\r\n' end:5
wait_exit "$NATIVE" 10
alive "$SLAVE" || fail "a stranger ended a slave with -1"
ok

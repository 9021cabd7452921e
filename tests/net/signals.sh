#!/bin/sh
# SPDX-License-Identifier: ISC
# By SIGTERM and SIGINT a process sends BYE to its peer and ends with status 0;
# a master also removes its doll.  This holds for slave and master, listening
# and connecting, also without a peer.  By SIGUSR1 a process writes its counters
# as key=value.
#
#   R --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

# ends PID SIGNAL: the process must end with status 0 within 5 seconds
ends() {
	kill -"$2" "$1"
	wait_exit "$1" 5
	[ "$STATUS" = 0 ] || fail "SIG$2: exit status $STATUS"
}

# goodbye SIGNAL: ends a slave and a master; their peers must get BYE
goodbye() {
	slave -s 1234 -i wan
	wait_listen "$G" 1234
	native slave_bye "$M" connect 10.8.0.1 1234 preamble hello want:PARAMS \
	    say:SERVED want:BYE,20 end:5
	SERVED=$NATIVE
	wait_log slave_bye.log SERVED
	master -m -u -s 1235
	wait_listen "$M" 1235
	native master_bye "$G" connect 10.8.0.2 1235 preamble \
	    hello:role=slave,link=1 params want:HELLO say:SERVED want:BYE,20 end:5
	wait_log master_bye.log SERVED
	wait_session
	ends "$SLAVE" "$1"
	ends "$MASTER" "$1"
	wait_exit "$SERVED" 5
	[ "$STATUS" = 0 ] || fail "SIG$1: no BYE from the slave"
	wait_exit "$NATIVE" 5
	[ "$STATUS" = 0 ] || fail "SIG$1: no BYE from the master"
	grep -q '^BYE 1 ' "$TMP/slave_bye.log" ||
	    fail "another BYE of the slave"
	grep -q '^BYE 1 ' "$TMP/master_bye.log" ||
	    fail "another BYE of the master"
	no_interface "$M" puppet0 || fail "the doll is still there"
}

topo
goodbye TERM
goodbye INT

# also without a peer: while listening, and between two tries
slave -i wan -c 10.8.0.2:9
wait_log slave.log refused
ends "$SLAVE" TERM
master -m -s 1234
wait_listen "$M" 1234
ends "$MASTER" TERM

pair
pings "$R" 10.9.0.1 10 # 20 frames; ten have come before SIGUSR1 does
kill -USR1 "$SLAVE"
kill -USR1 "$MASTER"
for who in slave master; do
	wait_log $who.log '^peer_refused_reason=$'
	grep -E '^[a-z]' "$TMP/$who.log" | grep -v '^etherpuppet: ' \
	    >"$TMP/$who.block"
	! grep -qvE '^[a-z_]+=' "$TMP/$who.block" ||
	    fail "$who: not key=value: $(grep -vE '^[a-z_]+=' "$TMP/$who.block")"
	[ "$(wc -l <"$TMP/$who.block")" -ge 5 ] ||
	    fail "$who: fewer than 5 counters"
done
grep -qE '^up_frames=[1-9][0-9]+$' "$TMP/slave.block" ||
    fail "fewer than 10 frames were captured"
grep -qE '^down_frames=[1-9][0-9]+$' "$TMP/master.block" ||
    fail "fewer than 10 frames came"
alive "$SLAVE" && alive "$MASTER" || fail "SIGUSR1 ended a process"

# SIGTERM comes early, while the program makes the pipe for signals
if have strace; then
	timeout $((5 * SLOW)) strace -o "$TMP/strace" -e trace=pipe,pipe2 \
	    -e inject=pipe,pipe2:signal=TERM:when=1 \
	    "$EP" -w "$TMP/file" -s 127.0.0.1:1234 >"$TMP/early.log" 2>&1 && :
	[ $? != 124 ] || fail 'an early SIGTERM is lost'
fi
ok

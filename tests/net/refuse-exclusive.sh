#!/bin/sh
# SPDX-License-Identifier: ISC
# -x is refused where it cannot be met.  The side that asked for it gets one
# line that says why, the session ends, and the gateway hears as before.
#
#   R --wan-- G (slaves) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-exclusive.sh"

need setpriv
topo
cp "$EP" "$TMP/etherpuppet"
chmod 755 "$TMP/etherpuppet"
E='etherpuppet:'

# a slave that may capture, but not set rules of nftables
set -- setpriv --reuid=65534 --regid=65534 --clear-groups \
    --inh-caps +net_raw --ambient-caps +net_raw "$TMP/etherpuppet"
MAY="nftables: Operation not permitted; run as root, or setcap \
cap_net_raw,cap_net_admin+ep $TMP/etherpuppet"
refused 1 "$E wan: -x: $MAY" "$G" "$@" -i wan -s 1234 -x

# hears_still: the slave has logged the refusal and lives on; its host hears
hears_still() {
	wait_log slave.log '(refused|session ended): wan: -x:'
	hears
	nothing_left
	stop "$SLAVE"
	[ "$STATUS" = 0 ] || fail "the slave ended with status $STATUS"
}

# denied WHY: a slave that listens refuses a master that asks for -x, and lives
# on; the master ends
denied() {
	wait_listen "$G" 1234
	refused 1 "$E puppet0: made
$E 10.8.0.1:1234: refused: the other side says: wan: -x: $1" \
	    "$M" "$EP" -m -u -C -x -c 10.8.0.1:1234
	hears_still
}

# a master that just reaches the port may not ask for -x, and nobody may ask a
# read-only slave
slave -i wan -s 1234
denied "whoever reaches the slave's port cannot ask for it; start the slave \
with -x"
slave -i wan -s 1234 -r
denied "not of a slave that is read-only (-r), unless it was started with -x, too"

# nor may a master ask in the middle of a session
want=role=master,link=1,maxframe=65557,want
slave -i wan -s 1234
wait_listen "$G" 1234
native later "$M" connect 10.8.0.1 1234 preamble hello:$want=0 want:PARAMS \
    hello:$want=4 want:BYE
wait_exit "$NATIVE" 10
says 'a later wish' "$(said later.log BYE)" "BYE 9 wan: -x: whoever reaches the \
slave's port cannot ask for it; start the slave with -x"
hears_still

# known WHY COMMAND...: a slave that connects refuses -x although it knows its
# master
known() {
	_why=$1
	shift
	start slave "$G" "$@" -c 10.8.0.2:1234
	SLAVE=$PID
	wait_for 10 'grep -qF "refused: the other side says: wan: -x: $_why" \
	    "$TMP/master.log"' "the master never said: $_why"
	hears_still
}

master -m -u -C -x -s 1234
wait_listen "$M" 1234
known "$MAY" "$@" -i wan
known "the slave's -B says that nobody knows which connection carries the \
session" "$EP" -i wan -B
known 'not of a slave that is read-only' "$EP" -i wan -r
alive "$MASTER" || fail 'the master ended'
stop "$MASTER"

# the other side has no real interface, or is too old
start other "$G" "$EP" -m -s 1234
wait_listen "$G" 1234
refused 1 "$E puppet0: made
$E 10.8.0.1:1234: refused: -x: the other side has no real interface" \
    "$M" "$EP" -m -x -c 10.8.0.1:1234
stop "$PID"
master -m -x -s 1234
wait_listen "$M" 1234
start old "$G" "$PY" "$NET/legacy_peer.py" slave 0.3 little 40 connect \
    10.8.0.2 1234
wait_log master.log 'refused: -x: the other side is too old to be asked$'
alive "$MASTER" || fail 'the master ended'
refusals_end

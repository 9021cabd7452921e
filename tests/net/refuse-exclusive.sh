#!/bin/sh
# What cannot be exclusive is refused in one line, to the side that asked; the
# session does not go on without it.
#
#   R --wan-- G (slaves) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-exclusive.sh"

need setpriv
topo
cp "$EP" "$TMP/etherpuppet"
chmod 755 "$TMP/etherpuppet"
E='etherpuppet:'

# captures, but may do no more
set -- setpriv --reuid=65534 --regid=65534 --clear-groups \
    --inh-caps +net_raw --ambient-caps +net_raw "$TMP/etherpuppet"
MAY="nftables: Operation not permitted; run as root, or setcap \
cap_net_raw,cap_net_admin+ep $TMP/etherpuppet"
refused 1 "$E wan: -x: $MAY" "$G" "$@" -i wan -s 1234 -x

# denied WHY [MASTER-ARGUMENT...]: the slave that is there ends the session of a
# master that asks, and lives on; the master ends
denied() {
	wait_listen "$G" 1234
	_why=$1
	shift
	refused 1 "$E puppet0: made
$E 10.8.0.1:1234: session begins (native 1)
$E 10.8.0.1:1234: session ended: it left: $_why" \
	    "$M" "$EP" -m -u -C -x -c 10.8.0.1:1234 "$@"
	wait_log slave.log 'session ended: wan: -x:'
	hears
	nothing_left
	stop "$SLAVE"
	[ "$STATUS" = 0 ] || fail "the slave ended with status $STATUS"
}

start slave "$G" "$@" -i wan -s 1234
SLAVE=$PID
denied "wan: -x: $MAY"
slave -i wan -s 1234 -B
denied "wan: -x: the slave's -B says that nobody knows which connection \
carries the session"

# nobody there who could do it
start other "$G" "$EP" -m -s 1234
wait_listen "$G" 1234
refused 1 "$E puppet0: made
$E 10.8.0.1:1234: session begins (native 1)
$E 10.8.0.1:1234: session ended: -x: the other side has no real interface" \
    "$M" "$EP" -m -x -c 10.8.0.1:1234
stop "$PID"
master -m -x -s 1234
wait_listen "$M" 1234
start old "$G" "$PY" "$NET/legacy_peer.py" slave 0.3 little 40 connect \
    10.8.0.2 1234
wait_log master.log 'session ended: -x: the other side is too old to be asked$'
alive "$MASTER" || fail 'the master ended'
refusals_end

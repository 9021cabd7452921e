#!/bin/sh
# SPDX-License-Identifier: ISC
# A peer speaks another protocol.  A listener closes the connection, logs one
# line that says which protocol it looks like, and goes on.  A master that
# connects to such a peer logs the same line and ends.
#
#   R --wan-- G (slave, or a stranger) --ctl-- M (a stranger, or master)
. "$(dirname "$0")/lib.sh"

topo
E='etherpuppet:'
UNKNOWN='not our protocol, it begins with'
slave -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234

# knocks KIND TEXT: a stranger connects to the slave, which must log TEXT
knocks() {
	lines=$(said slave.log | wc -l)
	start "stranger_$1" "$M" "$PY" "$NET/strangers.py" connect 10.8.0.1 1234 "$1"
	wait_exit "$PID" 20
	[ "$STATUS" = 0 ] || fail "$1: not closed"
	wait_for 5 "[ $lines -lt \$(said slave.log | wc -l) ]" \
	    "$1: the slave logged nothing"
	says "listener, $1" "$2" "$(said slave.log | tail -n +$((lines + 1)) |
	    sed 's/10\.8\.0\.2 port [0-9]*/PEER/')"
	alive "$SLAVE" || fail "$1: the slave died"
}

# answers KIND TEXT: a master connects to a stranger, and must log TEXT
answers() {
	start "fake_$1" "$G" "$PY" "$NET/strangers.py" listen 10.8.0.1 1236 "$1"
	wait_log "fake_$1.log" LISTENING
	refused 1 "$E puppet0: made
$2" "$M" "$EP" -m -c 10.8.0.1:1236
	wait_exit "$PID" 10
}

knocks http "$E PEER: this is HTTP, not our protocol"
knocks tls "$E PEER: this is TLS, not our protocol"
knocks ssh "$E PEER: this is SSH, not our protocol"
knocks random "$E PEER: $UNKNOWN: $("$PY" "$NET/strangers.py" escaped random)"
knocks zeros "$E PEER: $UNKNOWN: $("$PY" "$NET/strangers.py" escaped zeros)"
knocks nothing "$E PEER: it closed the connection without a word"

answers http "$E 10.8.0.1:1236: this is HTTP, not our protocol"
answers tls "$E 10.8.0.1:1236: this is TLS, not our protocol"
answers ssh "$E 10.8.0.1:1236: this is SSH, not our protocol"
answers random "$E 10.8.0.1:1236: $UNKNOWN: $(
    "$PY" "$NET/strangers.py" escaped random)"
answers zeros "$E 10.8.0.1:1236: $UNKNOWN: $(
    "$PY" "$NET/strangers.py" escaped zeros)"
answers old "$E 10.8.0.1:1236: this is an etherpuppet 0.3, not our protocol"

# an etherpuppet 0.3 leaves without a word when it reads our HELLO
start fake "$G" "$PY" "$NET/strangers.py" listen 10.8.0.1 1236 nothing
wait_log fake.log LISTENING
refused 1 "$E puppet0: made
$E 10.8.0.1:1236: it closed the connection without a word; an etherpuppet 0.3 there \
has now exited: restart it and use -L 0.3" \
    "$M" "$EP" -m -1 -c 10.8.0.1:1236

# after all of them the slave still serves a master
master -m -u -c 10.8.0.1:1234
wait_session
refusals_end

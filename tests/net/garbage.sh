#!/bin/sh
# SPDX-License-Identifier: ISC
# Garbage, truncated and oversize messages end the session with one line; the
# process goes on, and serves the next peer.
#
#   R --wan-- G (slave) --ctl-- M (bad peers, at last a real master)
. "$(dirname "$0")/lib.sh"

topo
slave -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234

# bad NAME TEXT STEP...: after a good hello; the slave closes, and says TEXT
bad() {
	_name=$1 _text=$2
	shift 2
	lines=$(said slave.log | wc -l)
	native "$_name" "$M" connect 10.8.0.1 1234 preamble hello want:PARAMS \
	    "$@" end:10
	wait_exit "$NATIVE" 20
	[ "$STATUS" = 0 ] || fail "$_name: not closed"
	alive "$SLAVE" || fail "$_name: the slave died"
	wait_for 5 "[ $((lines + 2)) -le \$(said slave.log | wc -l) ]" \
	    "$_name: nothing said"
	says "$_name" "$_text" "$(said slave.log | tail -n +$((lines + 1)) |
	    sed 's/10\.8\.0\.2 port [0-9]*/PEER/' | grep -v 'PEER: session begins')"
}

P='etherpuppet: PEER: session ended'
ERROR="$P: protocol error"
OVERSIZE='raw:0300000000020001'
bad oversize "$ERROR: frame message of 131073 bytes" $OVERSIZE
bad random "$ERROR: frame message of 3735928559 bytes" raw:03000000deadbeef
bad truncated "$P: closed in the middle of a message" raw:0300000000000040 \
    raw:ffffffffffff half
bad short_tlv "$ERROR: HELLO: a TLV runs over the end" \
    raw:010000000000000800010008ffffffff
bad short_offload "$ERROR: frame message of 4 bytes" \
    raw:030100000000000400000000
bad short_ping "$ERROR: PING or PONG of 3 bytes" raw:0400000000000003010203

# where we connect: -1 ends, without it all is tried again
native liar "$G" listen 10.8.0.1 1236 preamble hello:role=slave,link=1 \
    want:HELLO $OVERSIZE end:10
wait_log liar.log LISTENING
refused 1 'etherpuppet: puppet0: made
etherpuppet: 10.8.0.1:1236: session ended: protocol error: frame message of '\
'131073 bytes' "$M" "$EP" -m -1 -c 10.8.0.1:1236
native liar "$G" listen 10.8.0.1 1236 preamble hello:role=slave,link=1 \
    want:HELLO $OVERSIZE end:10
wait_log liar.log LISTENING
start again "$M" "$EP" -m -c 10.8.0.1:1236
wait_log again.log 'session ended: protocol error: .*; next try in 1 s'
alive "$PID" || fail "a connector ended for a bad message"
stop "$PID"

master -m -u -c 10.8.0.1:1234
wait_session
pings "$R" 10.9.0.1
refusals_end

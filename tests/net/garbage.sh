#!/bin/sh
# Garbage, truncated and oversize messages end the session with one line; the
# process goes on, and serves the next peer.
#
#   R --wan-- G (slave) --ctl-- M (bad peers, at last a real master)
. "$(dirname "$0")/lib.sh"

topo
slave -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234
LISTENING=$(said slave.log)

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
	wait_log slave.log "$_text"
	says "$_name" "$_text" "$(said slave.log | tail -n +$((lines + 1)) |
	    sed 's/10\.8\.0\.2 port [0-9]*/PEER/' | grep -v 'PEER: connected')"
}

P='etherpuppet: PEER'
bad oversize "$P: message of 131073 bytes, more than 131072" \
    raw:0300000000020001
bad random "$P: message of 3735928559 bytes, more than 131072" \
    raw:03000000deadbeef
bad truncated "$P: closed in the middle of a message" raw:0300000000000040 \
    raw:ffffffffffff half
bad short_tlv "$P: HELLO: a TLV of 8 bytes where 4 are left" \
    raw:010000000000000800010008ffffffff
bad short_offload "$P: FRAME of 4 bytes, too short" raw:030100000000000400000000
bad short_ping "$P: PING of 3 bytes" raw:0400000000000003010203
bad tiny_frame "$P: FRAME of 13 bytes, too short" \
    raw:030000000000000d00112233445566778899aabbcc
master -m -u -c 10.8.0.1:1234
wait_session
pings "$R" 10.9.0.1
refusals_end

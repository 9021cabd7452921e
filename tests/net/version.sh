#!/bin/sh
# SPDX-License-Identifier: ISC
# A peer that knows a later version is served in version 1.  A peer that does
# not know version 1 gets HELLO and BYE, and a line names both versions.
#
#   G (slave) --ctl-- M (peers)
. "$(dirname "$0")/lib.sh"

topo
slave -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234
native high "$M" connect 10.8.0.1 1234 preamble:9 hello want:PARAMS ping:5 \
    want:PONG close
wait_exit "$NATIVE" 20
[ "$STATUS" = 0 ] || fail "a peer of version 9 was not served"
grep -q '^PREAMBLE EPUP version=1$' "$TMP/high.log" ||
    fail "the slave's answer names no version 1"

native low "$M" connect 10.8.0.1 1234 preamble:0 hello want:HELLO want:BYE end:5
wait_exit "$NATIVE" 20
[ "$STATUS" = 0 ] || fail "a peer of version 0: no HELLO and BYE"
says BYE 'BYE 3 no common version: 0 at most on one side, 1 on the other' "$(said low.log ^BYE)"
says slave 'etherpuppet: PEER: no common version: 0 at most on one side, 1 on the other' \
    "$(said slave.log 'no common version' | sed 's/10\.8\.0\.2 port [0-9]*/PEER/')"

start fake "$G" "$PY" "$NET/native.py" listen 10.8.0.1 1236 preamble:0 \
    hello:role=slave,link=1 want:BYE end:5
wait_log fake.log LISTENING
refused 1 'etherpuppet: puppet0: made
etherpuppet: 10.8.0.1:1236: no common version: 0 at most on one side, 1 on the other' \
    "$M" "$EP" -m -c 10.8.0.1:1236
alive "$SLAVE" || fail "the slave died"
refusals_end

#!/bin/sh
# SPDX-License-Identifier: ISC
# A hostile peer tells counters and names.  Its counters are shown as it tells
# them, its texts with control characters escaped: it cannot forge a counter of
# ours, command a terminal, or end the process.
#
#   R --wan-- G (slave) --ctl-- M (scripts as masters)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

topo
slave -s 1234 -i wan
wait_listen "$G" 1234
native liar "$M" connect 10.8.0.1 1234 preamble \
    'hello:role=master,link=1,ifname=x
up_frames=9' want:STATS \
    'stats:up_frames=18446744073709551615,refused=3,reason=a\x1b[2J\nup_frames=7\x7f\\' \
    say:SAID serve:60
wait_log liar.log SAID
becomes slave peer_refused_by_interface 3
is slave peer_up_frames 18446744073709551615
is slave peer_down_frames 0
is slave peer_refused_reason 'a\x1b[2J\x0aup_frames=7\x7f\x5c'
is slave doll 'x\x0aup_frames=9'
is slave up_frames 0
[ "$(grep -c '^up_frames=' "$TMP/slave.block")" = 1 ] || fail "a key is forged"

# a later STATS replaces all counters; one with wrong lengths ends the session
kill "$NATIVE"
wait_log slave.log 'session ended'
native later "$M" connect 10.8.0.1 1234 preamble hello want:STATS \
    stats:refused=3,reason=no stats:up_frames=8 say:SAID serve:60
wait_log later.log SAID
becomes slave peer_up_frames 8
is slave peer_refused_by_interface 0
is slave peer_refused_reason ''
kill "$NATIVE"
wait_for 5 "[ \$(said slave.log 'session ended' | wc -l) = 2 ]" \
    "session 2 does not end"
native wrong "$M" connect 10.8.0.1 1234 preamble hello want:STATS \
    raw:0700000000000007000100030000ff end:5
wait_exit "$NATIVE" 10
[ "$STATUS" = 0 ] || fail "wrong lengths did not end the session"
grep -q '^BYE 5 .*STATS' "$TMP/wrong.log" || fail "the BYE does not name STATS"
block slave
is slave peer_up_frames ''
ok

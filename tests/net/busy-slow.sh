#!/bin/sh
# SPDX-License-Identifier: ISC
# A peer behind a slow, full link counts as alive: a second peer is refused even
# though the first one's answer takes longer than 3 s, and its session lasts
# longer than the 30 s of a dead peer.  With -D 0 nothing limits the bytes under
# way.  Takes 40 s.
#
#   R --wan-- G (slave) --ctl (10 kB/s)-- M (master, and the second peer)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

topo
need tc
in_G ethtool -K ctl tso off gso off >/dev/null 2>&1 || true
in_G tc qdisc add dev ctl root tbf rate 80kbit burst 4kb limit 400kb ||
    skip 'no token bucket here'
pair '-D 0' '-C -D 0'
first=$(in_M ss -tnH state established 'dport = :1234' | awk '{ print $3 }')
start load "$R" ping -n -q -f -s 1000 -w 120 10.9.0.1
LOAD=$PID
wait_for 15 'queued 1234 100000' 'the way is not full'
START=$(now)
native second "$G" connect 10.8.0.1 1234 preamble hello:role=master,link=1 \
    want:BYE end:5
wait_exit "$NATIVE" 15
grep -q '^BYE 2 busy' "$TMP/second.log" || fail "no word that it is busy"
wait_for 40 "[ \$(now) -ge $((START + 33)) ]" 'no time passes'
[ "$(lines slave.log 'session ended')" = 0 ] || fail 'the first has lost its session'
[ "$(in_M ss -tnH state established 'dport = :1234' | awk '{ print $3 }')" = \
    "$first" ] || fail 'another connection'
before=$(counter "$M" puppet0 rx_packets)
wait_for 10 "[ \$(counter $M puppet0 rx_packets) -gt $before ]" 'nothing comes'
kill "$LOAD"
ok

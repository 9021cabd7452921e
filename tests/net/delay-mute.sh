#!/bin/sh
# SPDX-License-Identifier: ISC
# A peer reads everything and answers no PING, as a foreign program may.  It
# gets only as many bytes as may be under way; other frames are discarded, which
# is logged; a newcomer takes its place.
#
#   R wan ------ wan G (slave) ctl ------ ctl M (a mute peer; a master)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-delay.sh"

topo_delay
slave -s 1234 -i wan -f 'udp port 9'
wait_listen "$G" 1234
start peer "$M" "$PY" "$NET/age.py" peer 10.8.0.1 1234 10000000 60 \
    "$TMP/mute.pcap" mute
wait_log slave.log 'session begins'
sniff wan "$G" wan -s 2000 udp port 9
send 1000 1000
wait_log slave.log 'dropped [0-9]+ frames older than 200 ms'
got=$(frames mute)
[ "$got" -gt 0 ] || fail 'the peer got nothing'
[ "$got" -le 17 ] || fail "the peer got $got frames, more than 16 KiB"

master -m -u -C -c 10.8.0.1:1234
wait_session
wait_log slave.log 'no answer; replaced by 10\.8\.0\.2'
sniff doll "$M" puppet0 -s 2000 udp port 9
send 100 200
wait_frames doll 100
ok

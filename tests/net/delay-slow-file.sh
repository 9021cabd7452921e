#!/bin/sh
# SPDX-License-Identifier: ISC
# A program reads the output of -w more slowly than the traffic: no frame that
# it reads is older than 2 seconds, the default with -w.
#
#   R wan ------ wan G (slave) ctl ------ ctl M (master -w - | 150 kB/s)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-delay.sh"

topo_delay
slave -s 1234 -i wan -f 'udp port 9'
wait_listen "$G" 1234
mkfifo "$TMP/pipe"
start reader "$M" sh -c "exec '$PY' '$NET/age.py' slow 150000 '$TMP/doll.pcap' <'$TMP/pipe'"
READER=$PID
start master "$M" sh -c "exec '$EP' -m -c 10.8.0.1:1234 -w - >'$TMP/pipe'"
MASTER=$PID
wait_log slave.log 'session begins'
sniff wan "$G" wan -s 2000 udp port 9
send 6000 750
stop "$MASTER"
wait_exit "$READER" 20
ages 2000
stale=$(key slave stale)
[ "$n" = 6000 ] || fail "the test sent $n frames"
[ "$max" -lt 2000 ] || fail "frame $late was $max ms old"
[ "$max" -gt 200 ] || fail "discarded already at $max ms"
[ "$order" = ok ] || fail 'out of order'
[ "$stale" -gt 0 ] || fail 'the test did not overload it'
[ "$got" -gt 800 ] || fail "only $got frames came: the reader was not kept busy"
wait_log slave.log 'dropped [0-9]+ frames older than 2000 ms'
ok

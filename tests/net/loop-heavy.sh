#!/bin/sh
# SPDX-License-Identifier: ISC
# Ordinary heavy use is no loop, and loses no frame by the guard: bulk through
# the doll both ways at once, which is not even suspicious; a flood of pings
# that the host answers.
#
#   R wan 10.9.0.2 ---- wan G (slave) ctl ---- ctl M (master) puppet0 10.9.0.3
. "$(dirname "$0")/lib.sh"
. "$NET/lib-loop.sh"

need iperf3
topo
pair -d -C
doll_address
start server "$R" iperf3 -s -1
wait_listen "$R" 5201
start client "$M" iperf3 -c 10.9.0.2 --bidir -t 11 -b 150M
wait_exit "$PID" 40
[ "$STATUS" = 0 ] || fail "iperf3: $(tail -n 3 "$TMP/client.log")"
quiet no 5000

start flood "$R" ping -q -f -i 0.001 -c 11000 -s 1000 10.9.0.1
wait_exit "$PID" 60
grep -q ' 0% packet loss' "$TMP/flood.log" || fail 'pings are lost'
quiet some 22000
ok

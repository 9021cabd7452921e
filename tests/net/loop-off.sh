#!/bin/sh
# SPDX-License-Identifier: ISC
# -B captures everything, without the loop guard.  A token bucket keeps the loop
# small.
#
#   M (master) net --- lan R wan -- 2 Mbit/s -- wan G (slave -B)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"
. "$NET/lib-loop.sh"

topo_through
in_G tc qdisc add dev wan root tbf rate 2mbit burst 20k latency 50ms ||
    skip 'no token bucket in this kernel'
slave -d -s 1234 -i wan -B
wait_listen "$G" 1234
master -m -u -C -c 10.9.0.1:1234
wait_session
pings "$R" 10.9.0.1
begin=$(counter "$G" wan tx_bytes)
# more than 8 seconds of it
wait_for 60 "[ \$((\$(counter $G wan tx_bytes) - $begin)) -gt 2000000 ]" \
    'there is no loop'
[ "$(counted slave.log 'loop')" = 0 ] || fail 'the guard is on'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's fourth command, without ssh: slave and master are started by
# hand.
#
#   R --eth0-- G (gw: slave) --ctl-- M (here: master)
. "$(dirname "$0")/lib.sh"

topo
eth0
readme slave "$G" 'etherpuppet -s 1234 -i eth0'
SLAVE=$PID
wait_listen "$G" 1234
readme master "$M" 'etherpuppet -m -c gw:1234'
wait_for 10 "ip -n $M addr show puppet0 2>/dev/null | grep -q 10.9.0.1/24" \
    "no session"
[ "$(mac "$M" puppet0)" = 02:00:00:09:00:01 ] ||
    fail "the doll has another MAC address"
ip -n "$M" link set puppet0 up
wait_session
doll_address
pings "$M" 10.9.0.2
stop "$PID"
[ "$STATUS" = 0 ] || fail "the master ended with status $STATUS"
stop "$SLAVE"
[ "$STATUS" = 0 ] || fail "the slave ended with status $STATUS"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# TCP from and to the doll with the gateway's own address: with -x, on either
# side, it works in bulk both ways; without, the gateway's stack resets it.
#
#   R wan 10.9.0.2 --- 10.9.0.1 wan G (slave) --ctl-- M (master) puppet0 10.9.0.1
. "$(dirname "$0")/lib.sh"
. "$NET/lib-exclusive.sh"

# tcp_fails FROM TO ADDRESS: one that is reset
tcp_fails() {
	start tcp_serve "$2" "$PY" "$NET/tcp.py" serve "$3" 5001
	_server=$PID
	wait_listen "$2" 5001
	start tcp_send "$1" "$PY" "$NET/tcp.py" send "$3" 5001 1000000
	wait_exit "$PID" 20
	[ "$STATUS" != 0 ] || fail "TCP from $1 works without -x"
	grep -qE 'ConnectionResetError|ConnectionRefusedError|BrokenPipeError' \
	    "$TMP/tcp_send.log" || fail "TCP from $1: not reset"
	kill "$_server" 2>/dev/null || true
	wait "$_server" 2>/dev/null || true
}

topo
pair
tcp_fails "$M" "$R" 10.9.0.2
tcp_fails "$R" "$M" 10.9.0.1
stop "$MASTER"
stop "$SLAVE"

pair_known '' -x
grep -q '^etherpuppet: wan: this host hears only the session there$' \
    "$TMP/slave.log" || fail 'the slave does not say so'
transfer "$M" "$R" 10.9.0.2 50000000
transfer "$R" "$M" 10.9.0.1 50000000
pings "$R" 10.9.0.1 # the doll answers
pings "$M" 10.9.0.2
stop "$MASTER"
stop "$SLAVE"

pair -x
transfer "$M" "$R" 10.9.0.2 5000000
transfer "$R" "$M" 10.9.0.1 5000000
ok

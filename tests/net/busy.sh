#!/bin/sh
# SPDX-License-Identifier: ISC
# While one peer is served, a second one gets BYE "busy", and the first one is
# not disturbed; with a listening slave and with a listening master.
#
#   R --wan-- G (slave) --ctl-- M (master, and the second peer)
. "$(dirname "$0")/lib.sh"

# second NAME HOST ADDRESS ROLE: connects one more peer, which gets BYE "busy"
second() {
	native "$1" "$2" connect "$3" 1234 preamble "hello:role=$4,link=1" \
	    want:BYE end:5
	wait_exit "$NATIVE" 15
	[ "$STATUS" = 0 ] || fail "$1: no BYE, or not closed after it"
	grep -q '^BYE 2 busy' "$TMP/$1.log" || fail "$1: BYE, but not busy"
}

topo
pair
second second_master "$M" 10.8.0.1 master
wait_log slave.log '10\.8\.0\.2 port [0-9]+: .*busy'
pings "$R" 10.9.0.1
carrier || fail "the first session ended"
[ "$(said master.log | wc -l)" = "$(said master.log | sort -u | wc -l)" ] ||
    fail "the master was disturbed"

stop "$MASTER"
stop "$SLAVE"
master -m -u -s 1234
wait_listen "$M" 1234
slave -i wan -c 10.8.0.2:1234
wait_session
second second_slave "$G" 10.8.0.2 slave
wait_log master.log '10\.8\.0\.1 port [0-9]+: .*busy'
carrier || fail "the first session ended"
alive "$SLAVE" && alive "$MASTER" || fail "somebody died"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# A link slower than the traffic: no frame is delivered that is older than 200
# ms, the newest arrive, all others are counted, one line says so.
#
#   R wan ------ wan G (slave) ctl --[ 1, 5, 20 Mbit/s ]-- ctl M (doll)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-delay.sh"

# overload MBIT RATE: RATE frames of 1000 bytes a second, for 4 seconds
overload() {
	slow "$1"
	slave -s 1234 -i wan -f 'udp port 9'
	wait_listen "$G" 1234
	master -m -u -C -c 10.8.0.1:1234
	wait_session
	sniff wan "$G" wan -s 2000 udp port 9
	sniff doll "$M" puppet0 -s 2000 udp port 9
	send $(($2 * 4)) "$2"
	settled
	ages
	stale=$(discarded) lost=$(lost)
	echo "$1 Mbit/s: stale=$stale lost=$lost"
	[ "$n" = $(($2 * 4)) ] || fail "the test sent $n frames"
	[ "$max" -lt 200 ] || fail "$1 Mbit/s: frame $late was $max ms old"
	[ "$order" = ok ] || fail "$1 Mbit/s: out of order"
	[ "$n" = $((got + lost)) ] ||
	    fail "$1 Mbit/s: $n frames, $got came, $lost are counted"
	[ "$last" -ge $((n - $2 / 10)) ] || fail "$1 Mbit/s: the last was $last"
	[ "$stale" -gt 0 ] || fail "$1 Mbit/s: the test did not overload it"
	# the link was used: 4 s of what it carries, in frames of 1100 bytes
	[ "$got" -gt $(($1 * 1000000 / 8 * 4 / 1100 * 7 / 10)) ] ||
	    fail "$1 Mbit/s: only $got frames came"
	said=$(said slave.log 'dropped [0-9]+ frames older than 200 ms: the link is slower than the traffic')
	[ "$(echo "$said" | grep -c wan:)" = 1 ] || fail "said: $said"
	stop "$MASTER"
	stop "$SLAVE"
}

topo_delay
overload 1 500
overload 5 2500
overload 20 8000
ok

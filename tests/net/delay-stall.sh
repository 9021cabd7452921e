#!/bin/sh
# SPDX-License-Identifier: ISC
# A link that carries next to nothing for two seconds, and a slave that is
# stopped for as long: afterwards the newest frames arrive, of those between
# only what was under way; the others are counted.
#
#   R wan ------ wan G (slave) ctl --[ 20 Mbit/s, or 20 kbit/s ]-- ctl M (doll)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-delay.sh"

RATE=500 COUNT=3500

# stalled NAME BEGIN END OLD: numbered frames for 7 seconds, BEGIN after one, END
# after three; no more than OLD frames come that are older than 200 ms.
stalled() {
	sniff wan "$G" wan -s 2000 udp port 9
	sniff doll "$M" puppet0 -s 2000 udp port 9
	before=$(discarded) lost=$(lost) seen=$(counter "$M" puppet0 rx_packets)
	start send "$R" taskset -c 0 "$PY" "$NET/age.py" send 10.9.0.77 $COUNT $RATE
	sender=$PID
	wait_for 5 '[ "$(counter "$M" puppet0 rx_packets)" -ge $((seen + RATE)) ]' \
	    'no frames'
	$2
	sent=$(counter "$R" wan tx_packets)
	wait_for 5 '[ "$(counter "$R" wan tx_packets)" -ge $((sent + 2 * RATE)) ]' \
	    'no frames are sent'
	$3
	wait_exit "$sender" 10
	settled
	ages
	stale=$(($(discarded) - before)) lost=$(($(lost) - lost))
	[ "$n" = $COUNT ] || fail "$1: the test sent $n frames"
	[ "$n" = $((got + lost)) ] || fail "$1: $n sent, $got came, $lost counted"
	[ "$stale" -gt $((RATE * 3 / 2)) ] || fail "$1: only $stale discarded"
	[ "$order" = ok ] || fail "$1: out of order"
	[ "$last" = $((n - 1)) ] || fail "$1: the newest is missing"
	[ "$over" -le "$4" ] || fail "$1: $over frames older than 200 ms, to $max"
}

shut() { in_G tc qdisc change dev ctl root tbf rate 20kbit burst 5kb limit 4mb; }
freeze() { kill -STOP "$SLAVE"; }
thaw() { kill -CONT "$SLAVE"; }

topo_delay
slow 20
slave -s 1234 -i wan -f 'udp port 9'
wait_listen "$G" 1234
master -m -u -C -c 10.8.0.1:1234
wait_session
stalled 'the link' shut 'slow 20' 40
stalled 'the slave' freeze thaw 0
ok

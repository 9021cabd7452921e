#!/bin/sh
# SPDX-License-Identifier: ISC
# A long way: 100 ms there and back, 20 Mbit/s, one packet in a hundred lost.  A
# ping through the doll takes as long as one beside it, and TCP gets at least
# two fifths of what it gets beside it.  If more frames come than fit, none is
# older than the limit, they come in order, and each one is delivered or
# counted.
#
#   R wan ------ wan G (slave) ctl --[ netem ]-- ctl M (master, puppet0)
. "$(dirname "$0")/../net/lib.sh"
. "$NET/lib-delay.sh"
OPTIONS=

# median ADDRESS: prints the median of 40 round trips from M, in ms
median() {
	in_M ping -n -i 0.2 -c 40 "$1" |
	    sed -n 's/.*time=\([0-9]*\).*/\1/p' | sort -n |
	    awk '{ t[NR] = $1 } END { print t[int(NR / 2) + 1] }'
}

# received HOST ADDRESS: prints kbit/s over TCP from HOST to M in 20 seconds,
# without the first 3, in which a new connection is faster.
received() {
	start iperf "$1" iperf3 -s -1
	wait_listen "$1" 5201
	in_M iperf3 -J -R -O 3 -t 20 -c "$2" >"$TMP/json" || fail "iperf3 $2"
	"$PY" -c 'import json, sys
end = json.load(open(sys.argv[1]))["end"]
print(int(end["sum_received"]["bits_per_second"] / 1000))' "$TMP/json"
}

need iperf3
topo_delay
modprobe -q sch_netem 2>/dev/null || true
for h in $G $M; do
	ip netns exec "$h" tc qdisc add dev ctl root netem delay 50ms \
	    rate 20mbit loss 1% limit 10000 2>"$TMP/tc" ||
	    skip "no netem: $(cat "$TMP/tc")"
done
slave -s 1234 -i wan
wait_listen "$G" 1234
master -m -u -C -c 10.8.0.1:1234
wait_session 30
doll_address

beside=$(median 10.8.0.1) through=$(median 10.9.0.2)
echo "ping: $beside ms beside the doll, $through ms through it"
[ "$through" -le $((beside + 4 * SLOW)) ] ||
    fail 'a ping through the doll takes longer'

sniff wan "$G" wan udp port 9
sniff doll "$M" puppet0 udp port 9
before=$(discarded)
send 6000 1000
settled
ages 220 # ms, not 200: the machine is emulated
[ "$over" = 0 ] || fail "$over of $got frames were too old, up to $max ms"
[ "$order" = ok ] || fail 'out of order'
[ "$n" = $((got + $(discarded) - before)) ] ||
    fail 'some frames neither came nor were counted'

# Which packets are lost decides: TCP through the doll gets 0.7 to 1.9 of what
# it gets beside it.  On a busy machine it gets half, because frames that wait
# for a processor get too old.  One tenth: something holds the frames up.
beside=0 through=0
for pair in 1 2 3 4; do
	beside=$((beside + $(received "$G" 10.8.0.1)))
	through=$((through + $(received "$R" 10.9.0.2)))
	echo "bulk: $((beside / pair)) kbit/s beside, $((through / pair)) through"
	[ $((through * 10)) -lt $((beside * 4)) ] || ok
done
fail 'TCP through the doll is too slow'

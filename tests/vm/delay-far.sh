#!/bin/sh
# A long way: 100 ms there and back, 20 Mbit/s, one packet in a hundred lost.  A
# ping through the doll takes as long as one beside it; under more than the way
# can take, nine frames in ten are not older than the limit (when the connection
# waits for the next try of a packet that was lost twice, all that is under way
# is late), they come in order, and every one is known.
#
#   R wan ------ wan G (slave) ctl --[ netem ]-- ctl M (master, puppet0)
#
# What is lost must be sent again, which takes a round trip or more and holds up
# all that follows: the limit is 2 seconds here, not the default of 200 ms.
. "$(dirname "$0")/../net/lib.sh"
. "$NET/lib-delay.sh"

LIMIT=2000

# median ADDRESS: of 40 round trips from M, in ms
median() {
	in_M ping -n -i 0.2 -c 40 "$1" |
	    sed -n 's/.*time=\([0-9]*\).*/\1/p' | sort -n |
	    awk '{ t[NR] = $1 } END { print t[int(NR / 2) + 1] }'
}

topo_delay
modprobe -q sch_netem 2>/dev/null || true
for h in $G $M; do
	ip netns exec "$h" tc qdisc add dev ctl root netem delay 50ms \
	    rate 20mbit loss 1% limit 10000 2>"$TMP/tc" ||
	    skip "no netem: $(cat "$TMP/tc")"
done
slave -s 1234 -i wan -D $LIMIT
wait_listen "$G" 1234
master -m -u -C -c 10.8.0.1:1234 -D $LIMIT
wait_session 30
doll_address

beside=$(median 10.8.0.1) through=$(median 10.9.0.2)
echo "ping: $beside ms beside the doll, $through ms through it"
[ "$through" -le $((beside + 2 * SLOW)) ] || fail 'ping takes longer'

sniff wan "$G" wan udp port 9
sniff doll "$M" puppet0 udp port 9
send 6000 1000
settled
ages $LIMIT
[ "$over" -le $((got / 10)) ] || fail "$over of $got frames were older than $LIMIT ms, to $max"
[ "$order" = ok ] || fail 'out of order'
[ "$n" = $((got + $(key slave stale))) ] || fail 'frames are unaccounted for'
ok

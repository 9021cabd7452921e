#!/bin/sh
# SPDX-License-Identifier: ISC
# The fence follows the doll: under another name, without a gap, and to one that
# was made again.  It goes with the process, by whatever end.  There is none for
# a doll in a namespace of its own, and one that was there before is left as it
# is, which a line says.
. "$(dirname "$0")/lib.sh"
. "$NET/lib-fence.sh"

need nft
fences() { ip netns exec "$1" nft list tables | grep -c 'inet etherpuppet-'; }
no_fence() { lacks etherpuppet ip netns exec "$1" nft list tables; }

topo_fence
doll ''
[ "$(fences "$M")" = 1 ] || fail 'no table'
start flood "$R" "$PY" "$NET/fence.py" flood wan 5000 $OWN:10.8.0.2:flood-own
FLOOD=$PID
sniff doll "$M" any -Q in udp port 5000 and dst host 10.8.0.2
wait_frames doll 20
for i in 1 2 3 4 5 6 7 8 9 10; do
	for name in lure$i puppet0; do
		now=$DOLL
		ip -n "$M" link set "$now" name $name 2>/dev/null || {
			ip -n "$M" link set "$now" down
			ip -n "$M" link set "$now" name $name
			ip -n "$M" link set $name up
		}
		DOLL=$name
	done
done
n=$(frames doll)
wait_frames doll $((n + 100))
[ "$(fences "$M")" = 1 ] || fail 'the table did not stay'

ip -n "$M" link del puppet0
wait_log master.log 'puppet0: made again$'
wait_session
doll_address
n=$(frames doll)
wait_frames doll $((n + 100))
[ "$(fences "$M")" = 1 ] || fail 'not one table for the doll that was made again'
stop "$FLOOD"
settle end
heard heard flood

kill -9 "$MASTER"
wait_exit "$MASTER" 5
wait_for 5 'no_fence "$M"' 'the table outlives kill -9'

D=epD$$
host "$D"
DOLLHOST=$D
master -m -u -C -n "$D" -c 10.8.0.1:1234
wait_session
no_fence "$M" || fail '-n: a table in the host'
no_fence "$D" || fail '-n: a table in the namespace'
stop "$MASTER"

DOLL=mine DOLLHOST=$M
ip -n "$M" tuntap add dev mine mode tap || skip 'no persistent taps here'
before=$(in_M sh -c 'cat /proc/sys/net/ipv[46]/conf/mine/*ward*ing \
    /proc/sys/net/ipv4/conf/mine/arp_*')
master -m -u -C -I mine -c 10.8.0.1:1234
wait_session
no_fence "$M" || fail 'a table for a tap that was there before'
[ "$(said master.log 'mine: was there before and is left as it is' | wc -l)" = 1 ] ||
    fail 'it does not say so'
stop "$MASTER"
master -m -u -C -O -I mine -c 10.8.0.1:1234
wait_session
unsaid master.log 'was there before' || fail '-O: it says so'
ok

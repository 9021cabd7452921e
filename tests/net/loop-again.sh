#!/bin/sh
# SPDX-License-Identifier: ISC
# What is held is tried again after a minute: nothing more is captured while the
# loop is there, and everything once it has gone; when it comes back it is found
# again.  The loop comes and goes with the way that the session takes.
#
#   M (master) net --- lan R wan ---------- wan G (slave -i wan, of wrong -M)
#                            alt ---------- alt
#                              10.7.0.2        10.7.0.1
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"
. "$NET/lib-loop.sh"

# way INTERFACE ADDRESS: by which G sends to M
way() { ip -n "$G" route replace 10.8.0.0/24 via "$2" dev "$1"; }

# seen: the doll sees a ping between R and G
seen() {
	_frames=$(counter "$M" puppet0 rx_packets)
	in_R ping -c 1 -W 1 10.9.0.1 >/dev/null
	wait_for 1 "[ \$(counter $M puppet0 rx_packets) -ge $((_frames + 2)) ]"
}

topo_through
link "$R" alt 02:00:00:07:00:02 "$G" alt 02:00:00:07:00:01
ip -n "$R" addr add 10.7.0.2/24 dev alt
ip -n "$G" addr add 10.7.0.1/24 dev alt
for host in "$R" "$G"; do
	ip netns exec "$host" sh -c 'for i in all default wan alt; do
	    echo 0 >/proc/sys/net/ipv4/conf/$i/rp_filter; done'
done
way alt 10.7.0.2
slave -i wan -s 1234 -M '10.9.0.1:1,10.9.0.2:2'
wait_listen "$G" 1234
master -m -u -C -c 10.9.0.1:1234
wait_session
wait_for 5 seen 'nothing is captured'

way wan 10.9.0.2
loop_held slave.log
seen && fail 'frames are captured'
wait_for 75 "[ \$(counted slave.log '$LOOP') = 2 ]" 'no second test'
said slave.log "$LOOP" | tail -n 1 | grep -q 'next test is in 120 s' ||
    fail 'the next test is no later than the last'
wan_quiet
way alt 10.7.0.2
stop "$MASTER"
master -m -u -C -c 10.9.0.1:1234
wait_log slave.log 'no loop any more: captured again'
wait_for 5 seen 'nothing is captured again'

way wan 10.9.0.2
loop_found slave.log 3
wan_quiet
ok

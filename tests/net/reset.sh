#!/bin/sh
# SPDX-License-Identifier: ISC
# A connection ends, and the listener does not know it: a NAT that has forgotten
# the connection sends a reset to the other side, or the peer is killed while no
# packet passes.  The peer comes back, also from another address.  The listener
# asks the old peer, waits 3 s for an answer, and serves the new one; it does
# not wait 30 s.
#
#   R --wan-- G (slaves 1 to 3) --ctl-- M (masters 1 to 3: p1 to p3)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

# port HOST N: prints the local port of session N in HOST, which connected
port() {
	ip netns exec "$1" ss -tnH state established "dport = :200$2" |
	    awk '{ print $3 }' | sed 's/.*://'
}

topo
session 1 slave
session 2 master
session 3 slave
for n in 1 2 3; do up $n; done
P1=$(port "$M" 1) P2=$(port "$G" 2) P3=$(port "$M" 3)
[ -n "$P1" ] && [ -n "$P2" ] && [ -n "$P3" ] || fail 'no connections'
cut "$M" "out tcp sport $P1 reject with tcp reset" \
    "out tcp sport $P3 drop" "in tcp dport $P3 drop"
cut "$G" "out tcp sport $P2 reject with tcp reset"
ip -n "$M" addr add 10.8.0.3/24 dev ctl
ip -n "$M" route add 10.8.0.1/32 dev ctl src 10.8.0.3
kill -9 "$MASTER_3"
master_N 3 '-c 10.8.0.1:2003'
ip -n "$M" link set p1 address 02:00:00:09:00:11 # master 1 sends a message
pings "$R" 10.9.0.1 # the slaves send frames
START=$(now)
for n in 1 2 3; do
	wait_log slave$n.log 'session ended: ' 15
	wait_for 10 "[ \$(lines slave$n.log 'session begins') = 2 ]" \
	    "session $n does not come back"
	up $n
done
[ $(($(now) - START)) -le $((12 * SLOW)) ] ||
    fail 'the sessions came back after more than 12 s'
wait_log slave1.log 'session ended: no answer; replaced by 10\.8\.0\.[23] port'
wait_log master2.log 'session ended: no answer; replaced by 10\.8\.0\.1 port'
wait_log slave3.log 'session ended: no answer; replaced by 10\.8\.0\.3 port'
pings "$R" 10.9.0.1
ok

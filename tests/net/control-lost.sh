#!/bin/sh
# SPDX-License-Identifier: ISC
# The connection's path fails: the connecting host's interface goes down, or the
# other side's, or the host's address changes.  Both sides notice within 30 s;
# the session begins again by itself, also from the new address.  The listener's
# address goes away and comes back: it listens as before.  Takes 60 s.
#
#   R --wan-- G (slaves 1 to 4) ==ctl, ctl2, ctl3, ctl4== M (masters: p1 to p4)
#                               10.8.N.1/24           .2
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

topo
for n in 2 3 4; do
	link "$G" ctl$n 02:00:00:08:0$n:01 "$M" ctl$n 02:00:00:08:0$n:02
done
for n in 2 3 4; do
	ip -n "$G" addr add 10.8.$n.1/24 dev ctl$n
	ip -n "$M" addr add 10.8.$n.2/24 dev ctl$n
done
for n in 2 3 4; do
	slave_N $n "-s 10.8.$n.1:1234"
	wait_for 10 "in_G ss -ltnH 'src 10.8.$n.1' | grep -q ." 'nobody listens'
	master_N $n "-c 10.8.$n.1:1234"
done
session 1 slave
for n in 1 2 3 4; do up $n; done

ip -n "$G" link set ctl down
ip -n "$M" link set ctl2 down
ip -n "$M" addr del 10.8.3.2/24 dev ctl3
ip -n "$M" addr add 10.8.3.3/24 dev ctl3
ip -n "$G" addr del 10.8.4.1/24 dev ctl4
for n in 1 2 3 4; do
	wait_log slave$n.log 'session ended: ' 32
	wait_log master$n.log 'session ended: ' 32
	[ $n = 3 ] || down $n 1
done
up 3 8
wait_log slave3.log '10\.8\.3\.3 port [0-9]+: session begins'
ip -n "$G" link set ctl up
ip -n "$M" link set ctl2 up
ip -n "$G" addr add 10.8.4.1/24 dev ctl4
for n in 1 2 4; do up $n 32; done
for n in 1 2 3 4; do
	[ "$(lines slave$n.log 'session begins')" = 2 ] ||
	    fail "$n: more than two sessions"
	pid=$(eval "echo \$MASTER_$n")
	[ "$(cpu "$pid")" -lt $((100 * SLOW)) ] || fail "master$n spins: $(cpu "$pid")"
done
ok

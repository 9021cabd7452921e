#!/bin/sh
# SPDX-License-Identifier: ISC
# An old peer that is gone without a word, while the session is idle and while
# it is busy, our side being slave and master: TCP itself knows after 30 s, for
# it has no ping.  One that comes back before that, from the same address, is
# served at once; one from another address has to wait.  Takes 40 s.
#
#   R --wan-- G (slaves 1, 2, 5; old slaves 3, 4) --ctl--x-- M (old masters 1,
#                                        2, 5; masters 3, 4: p3, p4)
# Sessions 2 and 4 are busy, the others idle.
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

# old NAME HOST ROLE DIALECT HOW PORT
old() {
	_size=40
	[ "$4" = 0.3 ] || _size=32
	start "$1" "$2" "$PY" "$NET/legacy_peer.py" "$3" "$4" little $_size \
	    "$5" 10.8.0.1 "$6"
}

topo
for n in 1 2 5; do
	f=icmp6
	[ $n != 2 ] || f=icmp
	slave_N $n "-s 10.8.0.1:200$n -f $f"
	wait_listen "$G" 200$n
	old old$n "$M" master 0.4 connect 200$n
	wait_log slave$n.log 'session begins'
done
for n in 3 4; do
	old old$n "$G" slave 0.3 listen 200$n
	wait_listen "$G" 200$n
	master_N $n "-L 0.3 -c 10.8.0.1:200$n"
	up $n
done
ip -n "$M" addr add 10.9.0.4/24 brd + dev p4
start load2 "$R" ping -n -q -i 0.05 10.9.0.1
start load4 "$M" ping -n -q -i 0.05 -b -I p4 10.9.0.255
first=$(in_M ss -tnH state established 'dport = :2005' |
    awk '{ print $3 }' | sed 's/.*://')
wait_log old4.log '^frame'
wait_log old2.log '^frame'

cut "$M" 'out tcp dport 2001-2004 drop' 'in tcp sport 2001-2004 drop' \
    "out tcp sport $first drop" "in tcp dport $first drop"
START=$(now)
old other "$G" master 0.4 connect 2005
wait_log slave5.log 'refused: busy with 10\.8\.0\.2'
old again "$M" master 0.4 connect 2005
wait_log slave5.log 'session ended: replaced by 10\.8\.0\.2 port' 2
wait_for 2 "[ \$(lines slave5.log 'session begins') = 2 ]" 'not served at once'
for log in slave1 slave2 master3 master4; do
	_left=$((START + 33 - $(now)))
	wait_log $log.log 'session ended: ' $((_left > 0 ? _left : 0))
	grep -qE 'session ended: .*timed out' "$TMP/$log.log" ||
	    fail "another reason: $(said $log.log 'session ended')"
done
[ $(($(now) - START)) -ge 18 ] || fail 'given up too early'
down 3 1
down 4 1
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# An idle session with an etherpuppet 0.3, which knows no ping, lives on after
# two minutes, our side being the slave and the master.  Takes 130 s.
#
#   R wan ---- wan G (our slave, 0.3 slave) ctl ---- ctl M (0.3 master: old0,
#                                                         our master: new0)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-legacy.sh"

connections() {
	in_G ss -tnH state established '( sport = :1234 or sport = :1235 )' |
	    awk '{ print $3, $4 }' | sort
}

topo
offloads off
in_M sh -c 'cd /proc/sys/net/ipv4/conf; for i in all default; do
    echo 1 >$i/arp_ignore; echo 0 >$i/rp_filter; done'
slave -s 1234 -i wan -C
wait_listen "$G" 1234
start oldmaster "$M" "$OLD" -m -C -I old0 -c 10.8.0.1:1234
OLDMASTER=$PID
start oldslave "$G" "$OLD" -s 1235 -i wan -C
OLDSLAVE=$PID
wait_listen "$G" 1235
master -m -u -C -I new0 -L 0.3 -c 10.8.0.1:1235
n=3
for DOLL in old0 new0; do
	wait_for 10 'ip -n "$M" link show $DOLL >/dev/null 2>&1' "no $DOLL"
	ip -n "$M" link set "$DOLL" up
	wait_session
	ip -n "$M" addr add "10.9.0.$n/24" dev "$DOLL"
	pings "$M" 10.9.0.2 2 -I "$DOLL"
	n=$((n + 1))
done
before=$(connections)
[ "$(echo "$before" | wc -l)" = 2 ] || fail "not two connections: $before"
end=$(($(date +%s) + 130))
while [ "$(date +%s)" -lt $end ]; do
	for pid in "$SLAVE" "$OLDMASTER" "$OLDSLAVE" "$MASTER"; do
		alive "$pid" || fail 'one of the four has ended'
	done
	sleep 1
done
[ "$(connections)" = "$before" ] || fail "other connections: $(connections)"
for DOLL in old0 new0; do
	carrier || fail "$DOLL has no carrier"
	pings "$M" 10.9.0.2 2 -I "$DOLL"
done
[ "$(connections)" = "$before" ] || fail "other connections: $(connections)"
ok

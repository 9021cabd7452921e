#!/bin/sh
# SPDX-License-Identifier: ISC
# Packets are lost in one direction or in both, while the session is idle and
# while it is full of frames.  A side ends the session 30 s after the last
# message that it hears; no process runs busy; when packets pass again, the
# session begins again by itself.  Takes 60 s.
#
#   R --wan-- G (slaves 1 to 6) --ctl-- M (masters 1 to 6: p1 to p6)
# Sessions 5 and 6 carry the load of wan, the others only ARP (-f).
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

need iperf3
topo
session 1 slave '-f arp'
session 2 master '-f arp'
session 3 slave '-f arp'
session 4 master '-f arp'
session 5 slave
session 6 master
for n in 1 2 3 4 5 6; do up $n; done
sniff p5 "$M" p5 -c 1000
start server "$G" iperf3 -s
wait_listen "$G" 5201
start load "$R" iperf3 -c 10.9.0.1 -t 300 -b 40M
wait_frames p5 100

cut "$M" \
    'out tcp dport 2001 drop' 'out tcp sport 2002 drop' \
    'in tcp sport 2003 drop' 'in tcp dport 2004 drop' \
    'in tcp sport 2005 drop' 'out tcp dport 2005 drop' \
    'in tcp dport 2006 drop'
START=$(now)
# ended SECONDS LOG...: in this time after the cut, one of these logs the end
ended() {
	_left=$((START + $1 - $(now)))
	shift
	wait_for "$((_left > 0 ? _left : 0))" "grep -qE \
	    'session ended: (the other side says: )?nothing heard for 30 s' $*" \
	    "not noticed: $*"
}
cd "$TMP"
for n in 1 2 3 4 5 6; do ended 31 slave$n.log master$n.log; done
for n in 1 2 3 4 5 6; do
	ended 42 slave$n.log
	ended 42 master$n.log
	down $n 1
done
cd "$HERE"
mend "$M"
for n in 1 2 3 4 5 6; do
	up $n 45
	for who in slave master; do
		pid=$(eval "echo \$$(echo $who | tr a-z A-Z)_$n")
		alive "$pid" || fail "$who$n has died"
		[ $n -ge 5 ] || [ "$(cpu "$pid")" -lt $((100 * SLOW)) ] ||
		    fail "$who$n has used $(cpu "$pid") hundredths of a second"
	done
done
before=$(counter "$M" p5 rx_packets)
wait_for 5 "[ \$(counter $M p5 rx_packets) -gt $((before + 100)) ]" \
    'the load does not come through'
ok

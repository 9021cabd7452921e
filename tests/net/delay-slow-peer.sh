#!/bin/sh
# SPDX-License-Identifier: ISC
# A peer that reads more slowly than the traffic, over a fast link: kernels and
# the session itself could hold seconds of it, but no frame that it takes is
# older than 200 ms.
#
#   R wan ------ wan G (slave) ctl ------ ctl M (a peer that takes 100 kB/s)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-delay.sh"

MASTER=''

# try: one session, as the peer finds it; sets WRONG to what is wrong with the
# age of its frames, if anything is.
try() {
	slave -s 1234 -i wan -f 'udp port 9'
	wait_listen "$G" 1234
	start peer "$M" "$PY" "$NET/age.py" peer 10.8.0.1 1234 100000 7 \
	    "$TMP/doll.pcap"
	PEER=$PID
	wait_log slave.log 'session begins'
	sniff wan "$G" wan -s 2000 udp port 9
	send 4000 1000
	wait_exit "$PEER" 20
	[ "$STATUS" = 0 ] || fail 'the peer failed'
	ages
	stale=$(key slave stale)
	[ "$n" = 4000 ] || fail "the test sent $n frames"
	[ "$order" = ok ] || fail 'out of order'
	dropped=$(key slave dropped_by_kernel)
	[ "$n" = $((got + stale + dropped)) ] ||
	    fail "$n frames, $got came, $stale were stale, $dropped dropped"
	WRONG=
	[ "$max" -lt 200 ] || WRONG="frame $late was $max ms old"
	[ "$got" -gt 300 ] ||
	    WRONG="only $got frames came: the peer was not kept busy"
	[ "$last" -gt 3900 ] || WRONG="the last was $last"
	stop "$SLAVE"
}

topo_delay
# where this machine lets slave or peer wait, that is no fault of theirs
for n in 1 2 3; do
	try
	[ -n "$WRONG" ] || ok
done
fail "$WRONG"

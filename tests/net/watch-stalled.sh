#!/bin/sh
# SPDX-License-Identifier: ISC
# The master does not read for a while.  Changes of the real interface meanwhile
# do not end the session, and when the master reads again it gets the last one.
#
#   R wan ---- wan G (slave): changes   ctl ---- ctl M (master, stopped): puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

# flood COUNT: sends so many large datagrams, which the doll shows
flood() {
	in_R "$PY" -c 'import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(int(sys.argv[1])):
    s.sendto(bytes(1400), ("10.9.0.1", 9))' "$1"
}

topo ipv6
pair
for i in $(seq 60); do
	echo "addr add 2001:db8:$i::1/64 dev wan nodad"
done >"$TMP/many"
follows -batch "$TMP/many"
kill -STOP "$MASTER"
flood 10000
for turn in $(seq 80); do
	ip -n "$G" link set wan mtu $((1400 + turn))
	flood 20
	sleep 0.1
done
ip -n "$G" addr del 2001:db8:7::1/64 dev wan
kill -CONT "$MASTER"
# TCP may take some seconds until it sees that the master reads again
wait_for 20 alike 'the last change is not on the doll'
one_session
ok

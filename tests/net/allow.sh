#!/bin/sh
# SPDX-License-Identifier: ISC
# -a: only these addresses get a seat, the others a line; a listener that
# anybody reaches is told the ways out, once.
#
#   R --wan-- G (slave -s -a) --ctl-- M (master, 10.8.0.2 and 10.8.0.9)
. "$(dirname "$0")/lib.sh"

OPEN='whoever reaches this port has the interface; the ways out: -a '
# knock FROM ADDRESS PORT: connects, and waits until it is closed
knock() {
	ip netns exec "$M" "$PY" -c 'import socket, sys
s = socket.create_connection((sys.argv[2], int(sys.argv[3])), 5, (sys.argv[1], 0))
s.settimeout(5)
assert s.recv(1) == b""' "$@" || fail "$1 was not refused"
}

topo ipv6
ip -n "$M" addr add 10.8.0.9/24 dev ctl
slave -s 1234 -i wan -a 10.8.0.2 -a 192.0.2.0/24 -a fd08::/64
wait_listen "$G" 1234
unsaid slave.log "$OPEN"
knock 10.8.0.9 10.8.0.1 1234
wait_log slave.log '10\.8\.0\.9 port [0-9]*: refused: not in -a$'
master -m -u -c 10.8.0.1:1234
wait_session
for n in 1 2 3; do knock 10.8.0.9 10.8.0.1 1234; done
doll_address
pings "$M" 10.9.0.2
unsaid slave.log 'session ended'
stop "$MASTER"
master -m -u -c '[fd08::1]:1234'
wait_log slave.log 'fd08::2 port [0-9]*: session begins'
stop "$MASTER"
stop "$SLAVE"

for at in 1234 10.8.0.1:1234 '[fd08::1]:1234'; do
	slave -s "$at" -i wan
	wait_log slave.log "^etherpuppet: -s .*:? $OPEN"
	[ "$(said slave.log "$OPEN" | wc -l)" = 1 ] || fail "$at: told twice"
	stop "$SLAVE"
done
slave -s 127.0.0.1:1234 -i wan -B
wait_log slave.log 'listening on'
unsaid slave.log "$OPEN"

E="etherpuppet:" H="; etherpuppet -h lists the options"
refused 2 "$E -a is for -s [addr:]port$H" - "$EP" -i wan -s /x -a ::1
refused 2 "$E -a is for -s [addr:]port$H" - "$EP" -m -c 127.0.0.1:1 -a ::1
for a in gw 10.8.0.2/33 10.8.0 10.8.0.2:1 ''; do
	refused 2 "$E -a $a: must be addr or addr/length$H" - "$EP" -i wan -s 1 -a "$a"
done
refusals_end

#!/bin/sh
# SPDX-License-Identifier: ISC
# An old slave with an MTU that makes no sense: the doll keeps its own, and what
# is sent on it goes to the slave.
#
#   a slave of 0.3 or 0.4 (G) ctl ---- ctl M (master): puppet0
. "$(dirname "$0")/lib.sh"

# told DIALECT MTU: a session of a slave that has this one
told() {
	master -m -u -s 1234
	wait_listen "$M" 1234
	start old "$G" env "MTU=$2" "$PY" "$NET/legacy_peer.py" slave "$1" little \
	    40 connect 10.8.0.2 1234
	wait_session
	mtu=$(ip netns exec "$M" cat /sys/class/net/puppet0/mtu)
	[ "$mtu" = "$3" ] || fail "$1, MTU $2: the doll has $mtu"
	start doll "$M" "$PY" -c 'import socket, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("puppet0", 0))
while True:
	s.send(bytes.fromhex("02000009000202000009001188b5") + bytes(1000))
	time.sleep(0.1)'
	_doll=$PID
	wait_log old.log '^frame 03f8'
	kill "$_doll"
	stop "$MASTER"
}

topo
told 0.3 3 1500
told 0.3 4294967295 1500
told 0.4 71 1500
told 0.3 1400 1396
grep -q 'an MTU of 71 makes no sense' "$TMP"/master.log.* || fail 'not said'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# A slave that says one thing as fast as it can, any message of any dialect: the
# doll's frames still go, SIGTERM ends the master within a second, its log is
# short.
#
#   M (master, doll puppet0: frames) --ctl-- G (the peer)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-flood.sh"

topo
PEER_IP=10.8.0.1
SIDE=$M FLOODER=$G PROGRAM='-m -u'
start frames "$M" "$PY" -c 'import socket, time
while True:
	try: # the doll comes and goes
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		s.bind(("puppet0", 0))
		s.send(bytes.fromhex("02000009000202000009001188b5") + bytes(46))
	except OSError:
		pass
	time.sleep(0.02)'
floods_all slave
ok

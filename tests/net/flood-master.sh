#!/bin/sh
# A slave that says one thing as fast as it can, any message of any dialect: the
# doll's frames still go, SIGTERM ends the master within a second, its log is
# short.
#
#   M (master, doll puppet0: pings) --ctl-- G (the peer)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-flood.sh"

topo
PEER_IP=10.8.0.1
SIDE=$M FLOODER=$G PROGRAM='-m -u'
start pings "$M" sh -c 'while :; do
	ping -q -i 0.02 -c 100 -I puppet0 10.9.0.9; sleep 0.05; done'
floods_all slave
ok

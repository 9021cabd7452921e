#!/bin/sh
# SPDX-License-Identifier: ISC
# The real interface is promiscuous with -p on either side, and while the doll's
# MAC address differs from its own.  Otherwise, and after the session, it is
# not.
#
#   R wan ---- wan G (slave): promiscuity   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"

# promiscuity: prints how often promiscuous mode of wan was asked for
promiscuity() {
	ip -n "$G" -d link show wan |
	    sed -n 's/.* promiscuity \([0-9]*\).*/\1/p'
}

expect() {	# 0|1 SLAVE-OPTIONS MASTER-OPTIONS
	pair "$2" "$3"
	wait_for 5 "[ \$(promiscuity) = $1 ]" \
	    "promiscuity is not $1 with slave '$2', master '$3'"
	stop "$MASTER"
	wait_for 5 '[ $(promiscuity) = 0 ]' 'still promiscuous without a session'
	stop "$SLAVE"
}

topo
[ "$(promiscuity)" = 0 ] || fail 'the test cannot read promiscuity'
expect 0 '' ''
expect 1 -p ''
expect 1 '' -p
expect 1 '' -C	# the doll keeps its own MAC address
ok

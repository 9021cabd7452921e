#!/bin/sh
# SPDX-License-Identifier: ISC
# -C on either side: the doll does not get the real interface's MAC address, MTU
# and IP addresses.  Its carrier still follows the real interface.
#
#   R wan ---- wan G (slave) MTU 1400, down and up   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"

follow() {	# SLAVE-OPTIONS MASTER-OPTIONS
	pair "$1" "$2"
	[ "$(mac "$M" puppet0)" != 02:00:00:09:00:01 ] || fail 'MAC copied'
	ip -n "$M" link show puppet0 | grep -q ' mtu 1500 ' || fail 'MTU copied'
	lacks inet ip -n "$M" -4 -o addr show dev puppet0 || fail 'address copied'
	ip -n "$G" link set wan down
	wait_for 10 no_carrier 'interface down, carrier still on'
	ip -n "$G" link set wan up
	wait_for 10 carrier 'interface up, carrier still off'
	stop "$MASTER"
	stop "$SLAVE"
}

topo
ip -n "$G" link set wan mtu 1400
follow -C ''
follow '' -C
ok

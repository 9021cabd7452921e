#!/bin/sh
# SPDX-License-Identifier: ISC
# Somebody gives the doll another name: it goes on under that one, follows the
# real interface, and nothing is done to another interface with the old name.
#
#   R wan ---- wan G (slave)   ctl ---- ctl M: puppet0, then lure0; puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

topo
pair
ip -n "$M" link set puppet0 down
ip -n "$M" link set puppet0 name lure0
DOLL=lure0
ip -n "$M" link add puppet0 address 02:00:00:00:00:77 type veth peer name other
wait_log master.log '^etherpuppet: puppet0: renamed to lure0$'
follows addr add 10.9.0.77/24 brd + dev wan
wait_session
[ "$(mac "$M" puppet0)" = 02:00:00:00:00:77 ] || fail 'the other puppet0 has a MAC'
lacks . ip -n "$M" -o addr show dev puppet0 || fail 'and an address'
pings "$R" 10.9.0.1
one_session
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "the master ended with status $STATUS"
no_interface "$M" lure0 || fail 'the doll is still there'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll is configured but stays down; -u raises it.
#
#   R wan ---- wan G (slave) ctl ---- ctl M (master, then master -u): puppet0
. "$(dirname "$0")/lib.sh"

topo
slave -s 1234 -i wan
wait_listen "$G" 1234
master -m -c 10.8.0.1:1234
wait_for 10 'ip -n $M -4 -o addr show dev puppet0 2>/dev/null | grep -q 10.9.0.1/24' \
    'the doll has no address'
lacks '[<,]UP[,>]' ip -n "$M" -o link show puppet0 || fail 'up without -u'
# by hand it can be, and the carrier is there
ip -n "$M" link set puppet0 up
wait_session
pings "$R" 10.9.0.1
stop "$MASTER"
no_interface "$M" puppet0 || fail 'the doll is still there'
master -m -u -c 10.8.0.1:1234
wait_session
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# The master configures the doll and leaves it down; with -u it raises the doll.
#
#   R wan ---- wan G (slave) ctl ---- ctl M (master, then master -u): puppet0
. "$(dirname "$0")/lib.sh"

topo
slave -s 1234 -i wan
wait_listen "$G" 1234
master -m -c 10.8.0.1:1234
wait_for 10 'ip -n $M -4 -o addr show dev puppet0 2>/dev/null | grep -q 10.9.0.1/24' \
    'the doll has no address'
lacks '[<,]UP[,>]' ip -n "$M" -o link show puppet0 ||
    fail 'the doll is up without -u'
# the user can raise the doll, and then it has a carrier
ip -n "$M" link set puppet0 up
wait_session
pings "$R" 10.9.0.1
stop "$MASTER"
no_interface "$M" puppet0 || fail 'the doll is still there'
master -m -u -c 10.8.0.1:1234
wait_session
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# An address whose prefix overlaps one of the master's own is not set, and the
# message names the interface and the ways out.
#
#   R wan ---- wan G (slave) 10.9.0.1/24   ctl ---- ctl M (master): puppet0
#                                                       lan 10.9.0.50/16
. "$(dirname "$0")/lib.sh"

topo
ip -n "$M" link add lan type veth peer name lanpeer
ip -n "$M" addr add 10.9.0.50/16 dev lan
ip -n "$M" link set lan up
ip -n "$G" addr add 192.0.2.1/24 dev wan
pair
wait_log master.log \
    'puppet0: 10\.9\.0\.1/24 not set: overlaps lan; use -n NAME or -C$'
lacks 'inet 10\.9\.' ip -n "$M" -4 -o addr show dev puppet0 ||
    fail 'the overlapping address was set'
ip -n "$M" -4 -o addr show dev puppet0 | grep -q 'inet 192\.0\.2\.1/24' ||
    fail 'the harmless address was not set'
[ "$(mac "$M" puppet0)" = 02:00:00:09:00:01 ] || fail 'the MAC was not set'
ok

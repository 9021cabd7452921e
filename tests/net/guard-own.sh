#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll does not get the address that its own session goes to; it does get
# the interface's others.
#
#   R wan ---- wan G (slave) 10.9.0.1, 10.7.0.1   ctl ---- ctl M: puppet0
#                    ^ 10.7.0.1 is where the session goes
. "$(dirname "$0")/lib.sh"

topo
ip -n "$G" addr add 10.7.0.1/32 dev wan
ip -n "$M" route add 10.7.0.1/32 via 10.8.0.1
slave -s 1234 -i wan
wait_listen "$G" 1234
master -m -u -c 10.7.0.1:1234
wait_session
ip -n "$M" -4 -o addr show dev puppet0 | grep -q 'inet 10\.9\.0\.1/24' ||
    fail 'the other address is missing'
lacks 'inet 10\.7\.0\.1' ip -n "$M" -4 -o addr show dev puppet0 ||
    fail 'the doll took the session away'
wait_log master.log 'puppet0: 10\.7\.0\.1(/32)? not set'
pings "$M" 10.7.0.1
pings "$R" 10.9.0.1
ok

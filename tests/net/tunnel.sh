#!/bin/sh
# SPDX-License-Identifier: ISC
# Two masters make a tunnel: pings, the largest frames and TCP pass both ways.
#
#   G (master) puppet0 ======= TCP over ctl ======= puppet0 M (master)
#              10.6.0.1                             10.6.0.2
. "$(dirname "$0")/lib.sh"

topo
start left "$G" "$EP" -m -u -s 1234
wait_listen "$G" 1234
master -m -u -c 10.8.0.1:1234
wait_session
DOLLHOST=$G wait_session
ip -n "$G" addr add 10.6.0.1/24 dev puppet0
ip -n "$M" addr add 10.6.0.2/24 dev puppet0
pings "$M" 10.6.0.1
pings "$G" 10.6.0.2 3 -s 1472 -M 'do'
transfer "$M" "$G" 10.6.0.1 50000000
transfer "$G" "$M" 10.6.0.2 50000000
ok

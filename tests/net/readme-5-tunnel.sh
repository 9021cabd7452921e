#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's fifth command: two masters make a tunnel.
#
#   G (master, doll 10.7.0.1) --ctl-- M (master, doll 10.7.0.2)
. "$(dirname "$0")/lib.sh"

topo
readme there "$G" 'etherpuppet -m -u -s 1234'
THERE=$PID
wait_listen "$G" 1234
readme here "$M" 'etherpuppet -m -u -c other:1234'
NEAR=$PID
wait_session
ip -n "$G" addr add 10.7.0.1/24 dev puppet0
ip -n "$M" addr add 10.7.0.2/24 dev puppet0
pings "$M" 10.7.0.1
pings "$G" 10.7.0.2
transfer "$M" "$G" 10.7.0.1 20000000
stop "$NEAR"
DOLLHOST=$G
wait_for 10 no_carrier "the other doll kept its carrier"
stop "$THERE"
ok

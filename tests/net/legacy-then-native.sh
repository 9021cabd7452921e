#!/bin/sh
# SPDX-License-Identifier: ISC
# An old slave that leaves before it has told its parameters, and then a native
# one: the command of -U waits for the parameters of that one.
#
#   slaves (G) ctl ---- ctl M (master): puppet0
. "$(dirname "$0")/lib.sh"

topo
master -m -s 1234 -U 'echo "hooked with $PUPPET_MTU"'
wait_listen "$M" 1234
native old "$G" connect 10.8.0.2 1234 raw:13370103 raw:0001 stall:0.5 close
wait_log master.log 'session ended: closed'
native new "$G" connect 10.8.0.2 1234 preamble \
    hello:role=slave,link=1,maxframe=65557 stall:3 params serve:3
wait_log master.log 'hooked with' 15
unsaid master.log 'hooked with 1500' || fail 'not waited for'
ok

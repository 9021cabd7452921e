#!/bin/sh
# SPDX-License-Identifier: ISC
# A peer that does not answer a PING within 3 s loses its place to a newcomer.
# A peer that answers keeps it.
#
#   R --wan-- G (slave) --ctl-- M (master, stopped by SIGSTOP; the newcomer)
. "$(dirname "$0")/lib.sh"

topo
pair '' -C
kill -STOP "$MASTER"
native newcomer "$M" connect 10.8.0.1 1234 preamble hello:role=master,link=1 \
    want:PARAMS say:SERVED want:FRAME,20 say:FRAMES serve:60
wait_log newcomer.log SERVED 10
unsaid newcomer.log BYE || fail "the newcomer was refused"
ip netns exec "$R" ping -c 1 10.9.0.1 >/dev/null || fail "no ping on the wire"
wait_log newcomer.log FRAMES

# the master runs again, finds its session over, and comes as a newcomer
kill -CONT "$MASTER"
wait_log slave.log '10\.8\.0\.2 port [0-9]+: .*busy'
alive "$NATIVE" || fail "the newcomer lost its session"
unsaid newcomer.log EOF || fail "the newcomer lost its session"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# A newcomer that says nothing keeps nobody out, and is dropped after 10 s.  So
# is one that stops in the middle of its HELLO, and one that sends a byte a
# second.
#
#   R --wan-- G (slave) --ctl-- M (silent peers, then the master)
. "$(dirname "$0")/lib.sh"

topo
slave -s 1234 -i wan
wait_listen "$G" 1234
native silent "$M" connect 10.8.0.1 1234 say:CONNECTED end:20
native half "$M" connect 10.8.0.1 1234 preamble raw:01000000 say:CONNECTED \
    end:20
HALF=$NATIVE
start trickle "$M" "$PY" "$NET/strangers.py" trickle 10.8.0.1 1234
wait_log silent.log CONNECTED
wait_log half.log CONNECTED
master -m -u -c 10.8.0.1:1234
wait_session 5
for who in silent half; do
	unsaid $who.log EOF || fail "$who: closed too early"
done
wait_log silent.log EOF 15
wait_log half.log EOF 15
wait_exit "$HALF" 5
wait_log trickle.log 'CLOSED after (9|1[0-2]) s'
pings "$R" 10.9.0.1
carrier || fail "the master's session ended with the silent peers"
ok

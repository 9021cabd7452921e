#!/bin/sh
# SPDX-License-Identifier: ISC
# The line that begins a session says on both sides what is connected with what.
# A master is told if the slave serves another one.  Lines of the far end of a
# command name its host.  A tap that was there before is not said to be made.
#
#   R --wan-- G (slaves) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"

topo
NAME=$(uname -n)
HAS="puppet0 is wan of $NAME \(02:00:00:09:00:01, MTU 1500, 10\.9\.0\.1/24\), up"
PAIR='10\.8\.0\.2:[0-9]+ - 10\.8\.0\.1:1234'
slave -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234
master -m -u -r -c 10.8.0.1:1234
wait_session
wait_log master.log "10\.8\.0\.1:1234: session begins \(native 1\): $HAS, \
read-only; left out: $PAIR\$"
wait_log slave.log "10\.8\.0\.2 port [0-9]+: session begins \(native 1\): \
wan is shown as puppet0 of $NAME, read-only; left out: $PAIR\$"

refused 1 "etherpuppet: puppet1: made
etherpuppet: 10.8.0.1:1234: refused: it serves another session" \
    "$M" "$EP" -m -1 -C -c 10.8.0.1:1234
ip -n "$G" link set wan down
stop "$MASTER"
wait_log slave.log 'session ended: the process there has ended'
master -m -C -c 10.8.0.1:1234
wait_log master.log "puppet0 is wan of $NAME .*, down; left out: $PAIR\$"
stop "$SLAVE"
wait_log master.log 'session ended: the process there has ended; next try in 1 s'
stop "$MASTER"
ip -n "$G" link set wan up

# lines of the far end of -e name its host
refused 1 "etherpuppet: puppet0: made
etherpuppet($NAME): eth7: no such interface
etherpuppet: exec $EP -i eth7 -B -s -: it ended without a word; the command \
ended with status 1" "$M" "$EP" -m -e "exec $EP -i eth7 -B -s -"
refused 2 "etherpuppet($NAME): -D x: must be a number from 0 to 60000; \
etherpuppet -h lists the options" "$G" "$EP" -i wan -D x -B -s -
ip -n "$M" tuntap add dev tap7 mode tap
start far "$M" "$EP" -m -C -I tap7 -e \
    "exec ip netns exec $G $EP -d -i wan -M '*:*,192.0.2.1:22' -s -"
wait_log far.log 'etherpuppet: tap7: was there, and is used$'
unsaid far.log 'tap7: made' || fail 'a line says that tap7 was made'
wait_log far.log ": session begins \(native 1\): tap7 is wan of $NAME .*, up; \
left out: \*:\* - 192\.0\.2\.1:22\$"
wait_log far.log "^etherpuppet\($NAME\): standard input: left out: \*:\* - "
[ "$(said far.log '^etherpuppet: .*session begins' | wc -l)" = 1 ] ||
    fail 'two lines say that the session begins'
refusals_end

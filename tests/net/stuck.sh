#!/bin/sh
# SPDX-License-Identifier: ISC
# A peer stops in the middle of a message that it sends, while the slave has
# more for it than fits: the session ends after 30 s.  A peer that reads slowly,
# and sends something now and then, stays.  One that reads nothing makes room
# for a newcomer.  Without a limit of delay (-D 0) all buffers on the way are
# full.  Takes 40 s.
#
#   R --wan-- G (slaves 1 to 3) --ctl-- M (peers that do not read)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

topo
for n in 1 2 3; do
	slave_N $n "-s 10.8.0.1:200$n -B -D 0"
	wait_listen "$G" 200$n
done
native halved "$M" connect 10.8.0.1 2001 preamble hello want:PARAMS say:STUCK \
    raw:0300000000000040ffffffff stall:60
native slow "$M" connect 10.8.0.1 2002 preamble hello want:PARAMS say:SLOW \
    slow:35,10000 say:LIVES close
native mute "$M" connect 10.8.0.1 2003 preamble hello want:PARAMS say:STUCK \
    stall:60
wait_log halved.log STUCK
wait_log slow.log SLOW
wait_log mute.log STUCK
START=$(now)
start load "$R" ping -n -q -f -s 1400 -w 90 10.9.0.1
wait_for 15 'queued 2003 100000' 'the buffers are not full'

native heir "$M" connect 10.8.0.1 2003 preamble hello:role=master,link=1 \
    want:PARAMS say:SERVED close
wait_log heir.log SERVED 6
wait_log slave3.log 'session ended: no answer; replaced by 10\.8\.0\.2'

wait_log slave1.log 'session ended: nothing heard for 30 seconds' 32
[ $(($(now) - START)) -ge 28 ] || fail 'the session ended too early'
wait_log slow.log LIVES 30
wait_log slave2.log 'session ended: closed' 10
ok

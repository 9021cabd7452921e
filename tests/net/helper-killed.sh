#!/bin/sh
# SPDX-License-Identifier: ISC
# SIGKILL of the helper: the relay says one line, tells the other side and ends
# with status 1.  SIGKILL of the relay: the helper removes the doll and the
# namespace that it made.  A signal to the whole process group is the relay's:
# it ends with 0, and the helper with it.
#
#   R --wan-- G (slaves 1 to 4) --ctl-- M (masters 1 to 4: p1 to p4)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

topo
for n in 1 2 4; do session $n slave; done
D=epD$$
HOSTS="$HOSTS $D" # if it is left
slave_N 3 '-s 10.8.0.1:2003'
wait_listen "$G" 2003
# nsenter, because nobody else sees what is mounted behind "ip netns exec"
nsenter --net="/run/netns/$M" "$EP" -m -u -C -I p3 -n "$D" -c 10.8.0.1:2003 \
    >"$TMP/master3.log" 2>&1 </dev/null &
MASTER_3=$!
PIDS="$PIDS $MASTER_3"
for n in 1 2 4; do up $n; done
wait_log master3.log 'session begins'
ip netns list | grep -qw "$D" || fail 'there is no namespace'

kill -9 "$(helper_of "$MASTER_1")" "$(helper_of "$SLAVE_2")"
wait_exit "$MASTER_1" 5
[ "$STATUS" = 1 ] || fail "the master: exit status $STATUS"
wait_exit "$SLAVE_2" 5
[ "$STATUS" = 1 ] || fail "the slave: exit status $STATUS"
for log in master1 slave2; do
	[ "$(lines $log.log 'the helper process has ended')" = 1 ] ||
	    fail "$log: not one line"
done
for log in slave1 master2; do
	wait_log $log.log 'session ended: the process there has ended' 2
done
no_interface "$M" p1 || fail "p1 is left"

helper=$(helper_of "$MASTER_3")
kill -9 "$MASTER_3"
wait_for 5 "! alive $helper" 'the helper is left'
lacks "^$D( |\$)" ip netns list || fail 'the namespace is left'

helper=$(helper_of "$MASTER_4")
kill -TERM "$helper"
kill -INT "$helper" "$MASTER_4"
wait_exit "$MASTER_4" 5
[ "$STATUS" = 0 ] || fail "SIGINT to both: exit status $STATUS"
wait_for 5 "! alive $helper" 'the helper outlives its relay'
no_interface "$M" p4 || fail "p4 is left"
ok

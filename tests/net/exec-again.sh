#!/bin/sh
# SPDX-License-Identifier: ISC
# -e: when the command cannot even be started again, for want of descriptors,
# the master goes on trying.
#
#   R --wan-- G (slave) --ctl-- M (master -e)
. "$(dirname "$0")/lib.sh"

need prlimit pgrep
topo
ln -s "$EP" "$TMP/far"
master -m -u -C -e "exec ip netns exec $G $TMP/far -i wan -B -s -"
wait_session
# between two commands: poll(2) itself wants a limit above its array's length
for try in 1 2 3 4 5; do
	kill -9 "$(pgrep -f "^$TMP/far ")"
	wait_for 5 "[ \$(said master.log 'session ended' | wc -l) = $try ]" \
	    'the end is not noticed'
	descriptors "$MASTER" 4:1024
	! wait_for 4 'said master.log "not started" | grep -q .' || break
	descriptors "$MASTER" 1024:1024
	wait_session
done
wait_log master.log 'not started; next try in 2 s' 1
alive "$MASTER" || fail 'the master ended'
descriptors "$MASTER" 1024:1024
wait_session 10
ok

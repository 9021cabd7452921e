#!/bin/sh
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
prlimit --pid "$MASTER" --nofile=4:1024
kill -9 "$(pgrep -f "^$TMP/far ")"
wait_log master.log 'not started; next try in 2 s'
alive "$MASTER" || fail 'the master ended'
prlimit --pid "$MASTER" --nofile=1024:1024
wait_session 10
ok

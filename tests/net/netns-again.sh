#!/bin/sh
# SPDX-License-Identifier: ISC
# The owner of a namespace given by -n deletes it and makes it again: one line
# says that it is gone, and the doll is made again in the new one, configured
# and watched.  What the owner made stays at the end.
#
#   R wan ---- wan G (slave)   ctl ---- ctl M     D (its owner's): puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

D=epD$$
topo
host "$D"
DOLLHOST=$D
slave -s 1234 -i wan
wait_listen "$G" 1234
# not by "ip netns exec": names come and go unseen behind it
nsenter --net="/run/netns/$M" "$EP" -m -u -n "$D" -c 10.8.0.1:1234 \
    >"$TMP/master.log" 2>&1 </dev/null &
MASTER=$!
PIDS="$PIDS $MASTER"
wait_session
ip netns del "$D"
wait_log master.log "puppet0: network namespace $D was deleted" 5
ip -n "$G" link set wan mtu 1450	# a snapshot meanwhile
ip netns add "$D"
wait_for 5 carrier 'the doll never came back'
wait_log master.log "puppet0: network namespace $D is another one now"
wait_for 5 "ip -n $D -o addr show puppet0 | grep -q 'inet 10\.9\.0\.1/24'" \
    'it is not configured'
doll_address
pings "$D" 10.9.0.2
# the watch is there, too: somebody takes it down
ip -n "$D" link set puppet0 down
ip -n "$G" link set wan mtu 1400
wait_for 5 "ip -n $D -o link show puppet0 | grep -q 'mtu 1400 .*UP'" 'no watch'
one_session
[ "$(said master.log 'was deleted' | wc -l)" = 1 ] || fail 'said more than once'
unsaid master.log 'run as root' || fail 'a wrong reason'
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
ip netns list | grep -qw "$D" || fail "the owner's namespace is gone"
ok

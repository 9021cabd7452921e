#!/bin/sh
# SPDX-License-Identifier: ISC
# The owner of the namespace that -n names deletes it and makes it again.  One
# line says that it is gone.  The master makes the doll again in the new
# namespace, configures it and watches it.  At the end the owner's namespace
# stays.
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
# nsenter, because a process behind "ip netns exec" does not see that namespaces
# are deleted and made
nsenter --net="/run/netns/$M" "$EP" -m -u -n "$D" -c 10.8.0.1:1234 \
    >"$TMP/master.log" 2>&1 </dev/null &
MASTER=$!
PIDS="$PIDS $MASTER"
wait_session
ip netns del "$D"
wait_log master.log "puppet0: network namespace $D was deleted" 5
ip -n "$G" link set wan mtu 1450	# a snapshot while the doll is gone
ip netns add "$D"
wait_for 5 carrier 'the doll was not made again'
wait_log master.log "puppet0: network namespace $D is another one now"
wait_for 5 "ip -n $D -o addr show puppet0 | grep -q 'inet 10\.9\.0\.1/24'" \
    'the new doll has no address'
doll_address
pings "$D" 10.9.0.2
# the new doll is watched, too: the master raises it when somebody takes it down
ip -n "$D" link set puppet0 down
ip -n "$G" link set wan mtu 1400
wait_for 5 "ip -n $D -o link show puppet0 | grep -q 'mtu 1400 .*UP'" \
    'the doll is not up with MTU 1400'
one_session
[ "$(said master.log 'was deleted' | wc -l)" = 1 ] ||
    fail 'the line came more than once'
unsaid master.log 'run as root' || fail 'a line says that root is missing'
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
ip netns list | grep -qw "$D" || fail "the owner's namespace is gone"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# -n: the doll lives in a network namespace of its own, made if it is missing
# and removed with it; the master's own routes stay as they were, and an address
# that overlaps them does no harm there.
#
#   R wan ---- wan G (slave) 10.9.0.1/24   ctl ---- ctl M lan 10.9.0.50/16
#                                               D (made by the master): puppet0
. "$(dirname "$0")/lib.sh"

D=epD$$
topo
HOSTS="$HOSTS $D"
DOLLHOST=$D
ip -n "$M" link add lan type veth peer name lanpeer
ip -n "$M" addr add 10.9.0.50/16 dev lan
ip -n "$M" link set lan up
ip -n "$M" addr show >"$TMP/before" && ip -n "$M" route >>"$TMP/before"
slave -s 1234 -i wan
wait_listen "$G" 1234
# not by "ip netns exec": what is mounted behind it is seen by nobody else
start_in_M() {
	nsenter --net="/run/netns/$M" "$EP" -m -u -n "$D" -c 10.8.0.1:1234 \
	    >"$TMP/master.log" 2>&1 </dev/null &
	MASTER=$!
	PIDS="$PIDS $MASTER"
}
start_in_M
wait_session
ip -n "$D" -4 -o addr show dev puppet0 | grep -q 'inet 10\.9\.0\.1/24' ||
    fail 'the doll has no address'
no_interface "$M" puppet0 || fail 'the doll is outside'
ip -n "$M" addr show >"$TMP/after" && ip -n "$M" route >>"$TMP/after"
diff "$TMP/before" "$TMP/after" || fail 'the master changed its own network'
doll_address
pings "$D" 10.9.0.2
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
lacks "^$D( |\$)" ip netns list || fail 'the namespace is still there'
[ ! -e "/etc/netns/$D" ] || fail "/etc/netns/$D is still there"
# one that was there before stays, and so does what somebody wrote
host "$D"
start_in_M
wait_session
[ -f "/etc/netns/$D/resolv.conf" ] || fail 'no resolv.conf'
echo '# mine' >"/etc/netns/$D/resolv.conf"
stop "$MASTER"
ip netns list | grep -qw "$D" || fail 'a namespace that we had is gone'
[ "$(cat "/etc/netns/$D/resolv.conf")" = '# mine' ] || fail 'my resolv.conf'
no_interface "$D" puppet0 || fail 'the doll is still there'
ok

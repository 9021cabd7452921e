#!/bin/sh
# SPDX-License-Identifier: ISC
# -n: the master makes the doll in a network namespace of its own, which it
# makes if it is missing, and deletes at the end.  The master's own addresses
# and routes do not change, even where the doll's addresses overlap them.  What
# was there before stays: a namespace, or a resolv.conf that somebody has
# written.
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
# nsenter, because nobody else sees what is mounted behind "ip netns exec"
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
no_interface "$M" puppet0 || fail 'the doll is not in the namespace'
ip -n "$M" addr show >"$TMP/after" && ip -n "$M" route >>"$TMP/after"
diff "$TMP/before" "$TMP/after" || fail 'the master changed its own network'
doll_address
pings "$D" 10.9.0.2
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
lacks "^$D( |\$)" ip netns list || fail 'the namespace is still there'
[ ! -e "/etc/netns/$D" ] || fail "/etc/netns/$D is still there"
# a namespace that was there before stays, and so does a changed resolv.conf
host "$D"
start_in_M
wait_session
[ -f "/etc/netns/$D/resolv.conf" ] || fail 'the master made no resolv.conf'
echo '# mine' >"/etc/netns/$D/resolv.conf"
stop "$MASTER"
ip netns list | grep -qw "$D" || fail 'the old namespace is gone'
[ "$(cat "/etc/netns/$D/resolv.conf")" = '# mine' ] ||
    fail 'the changed resolv.conf is lost'
no_interface "$D" puppet0 || fail 'the doll is still there'
ok

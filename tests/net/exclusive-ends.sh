#!/bin/sh
# SPDX-License-Identifier: ISC
# The gateway hears again, and no rule is left, when the session ends or is
# lost, when the wish for -x is withdrawn, and when the slave ends, also by
# SIGKILL.  Before that nobody can flush the rules.
#
#   R (pings) --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-exclusive.sh"

links() { in_G sh -c 'ip -d link; tc qdisc; ip rule; ip addr; ip maddr' 2>&1; }

# again ARGUMENTS: the slave stays, a master begins a session
again() {
	master -m -u -C -x "$@"
	wait_session
	deaf
}

after() {
	hears
	nothing_left
}

topo
slave -c 10.8.0.2:1234 -i wan # comes again and again
hears
links >"$TMP/before"

again -s 1234
stop "$MASTER"
after
links | diff "$TMP/before" - >"$TMP/diff.log" || fail 'the interfaces changed'

again -s 1234
in_G nft list ruleset >"$TMP/ruleset" 2>&1 || fail 'nft list ruleset'
grep -q 'policy drop' "$TMP/ruleset" || fail 'nft does not show it'
in_G nft flush ruleset >"$TMP/flush.log" 2>&1 || true
in_G iptables -F >"$TMP/flush.log" 2>&1 || true
deaf
kill -9 "$MASTER"
after

want=role=master,link=1,maxframe=65557,want
native wishes "$M" listen 10.8.0.2 1234 preamble hello:$want=4 want:PARAMS \
    say:DEAF "wait:$TMP/hears" hello:$want=0 "wait:$TMP/again" hello:$want=4 \
    serve:60
wait_log wishes.log DEAF 20
deaf
touch "$TMP/hears"
after
touch "$TMP/again"
wait_log slave.log 'hears everything again'
wait_for 5 'in_G nft list tables | grep -q etherpuppet' 'not deaf again'
deaf
kill "$NATIVE"
after

again -s 1234
stop "$SLAVE"
[ "$STATUS" = 0 ] || fail "the slave ended with status $STATUS"
after
stop "$MASTER"

slave -s 1234 -i wan -x
wait_listen "$G" 1234
hears # no session yet
start old "$M" "$PY" "$NET/legacy_peer.py" master 0.3 little 40 connect \
    10.8.0.1 1234
wait_log slave.log 'hears only the session' # without being asked
deaf
kill "$PID"
after
again -c 10.8.0.1:1234 # lost without a word: noticed by a newcomer
kill -STOP "$MASTER"
native other "$M" connect 10.8.0.1 1234 preamble hello want:PARAMS,20 \
    say:SERVED serve:30
wait_log other.log SERVED 20
deaf
kill -9 "$MASTER"
kill "$NATIVE"
after
again -c 10.8.0.1:1234
kill -9 "$SLAVE"
after
ok

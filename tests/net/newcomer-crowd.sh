#!/bin/sh
# SPDX-License-Identifier: ISC
# A hundred connections that say nothing keep nobody out: neither a master that
# connects after them, nor a newcomer that waits until the present peer turns
# out to be dead.  They disturb no session and cost almost no processor time.
#
#   R --wan-- G (slave) --ctl-- M (master, newcomer, strangers)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

topo
slave -s 1234 -i wan
wait_listen "$G" 1234
# crowd NAME: opens a hundred connections that say nothing
crowd() {
	start "$1" "$M" sh -c "sleep 60 | exec $PY $NET/strangers.py crowd \
	    10.8.0.1 1234 100"
	wait_log "$1".log CROWD
}

crowd crowd1
master -m -u -C -c 10.8.0.1:1234
wait_session 5
crowd crowd2
spent=$(cpu "$SLAVE")
pings "$R" 10.9.0.1
carrier || fail 'the session ended'
[ "$(lines slave.log 'session ended')" = 0 ] || fail 'the session was disturbed'

kill -STOP "$MASTER"
native heir "$M" connect 10.8.0.1 1234 preamble hello:role=master,link=1 \
    want:HELLO say:WAITS want:PARAMS say:SERVED serve:60
wait_log heir.log WAITS
crowd crowd3
wait_log heir.log SERVED 8
wait_log slave.log 'no answer; replaced by 10\.8\.0\.2 port'
kill -CONT "$MASTER"
wait_log slave.log 'refused: busy with 10\.8\.0\.2'
[ "$(lines slave.log 'session ended')" = 1 ] ||
    fail 'the new session was disturbed'
spent=$(($(cpu "$SLAVE") - spent))
[ "$spent" -lt $((100 * SLOW)) ] ||
    fail "the slave used $spent hundredths of a second"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# -e 'ssh ...': no slave is left on the gateway.  The ssh client is killed, the
# server's process of this login, the master: the slave ends in seconds.  The
# connection is cut: it ends after 30 s by itself, whatever sshd believes.  The
# master comes back each time.  Takes 50 s.
#
#   R --wan-- G (sshd, slave -s -) --ctl--x-- M (master -e ssh)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"
. "$NET/lib-through.sh"

need pgrep setsid
ssh_pid() { pgrep -f "^ssh .*$TMP/remote " || true; }
slave_pid() { pgrep -f "^$TMP/remote " || true; }
# replaced PID SECONDS SECONDS: that slave ends, and the next one lives
replaced() {
	wait_for "$2" "! alive $1" "slave $1 is left on the gateway"
	up 1 "$3"
	[ "$(slave_pid | wc -l)" = 1 ] || fail "slaves: $(slave_pid)"
}

topo
sshd_in "$G"
ln -s "$EP" "$TMP/remote"
COMMAND="$(ssh_to 10.8.0.1) $TMP/remote -i wan -s -"
start master1 "$M" setsid "$EP" -m -u -C -I p1 -e "$COMMAND"
MASTER_1=$PID
up 1 20

old=$(slave_pid)
kill -9 "$(ssh_pid)"
wait_log master1.log 'session ended: closed; next try in 1 s' 2
replaced "$old" 5 10

old=$(slave_pid)
login=$(ps -o ppid= -p "$old")
# shellcheck disable=SC2086
kill -9 $login
wait_for 5 "[ \$(lines master1.log 'session ended: closed') = 2 ]" \
    'not noticed'
replaced "$old" 5 10

old=$(slave_pid)
kill -9 "$MASTER_1"
wait_for 5 "! alive $old" 'the slave outlives its master'
start master1 "$M" setsid "$EP" -m -u -C -I p1 -e "$COMMAND"
MASTER_1=$PID
up 1 20

old=$(slave_pid)
cut "$M" 'in tcp sport 22 drop' 'out tcp dport 22 drop'
wait_for 32 "! alive $old" 'the slave does not end by itself'
wait_log master1.log 'session ended: nothing heard for 30 seconds' 10
mend "$M"
up 1 45
[ "$(ssh_pid | wc -l)" = 1 ] || fail "more than one ssh: $(ssh_pid)"
stop "$MASTER_1"
wait_for 5 '[ -z "$(slave_pid)" ]' 'a slave is left'
ok

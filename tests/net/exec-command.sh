#!/bin/sh
# SPDX-License-Identifier: ISC
# -e: the command is killed, stopped, or ignores the end of its input.  The
# session begins again with a new command, there is never more than one, and
# none is left when the master ends by SIGTERM or SIGKILL.  Takes 40 s.
#
#   R --wan-- G (slaves of the commands) --ctl-- M (masters 1 to 4: p1 to p4)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

need pgrep setsid
# by_command N [BEFORE [AFTER]]: a master whose command is BEFORE, its slave,
# AFTER
by_command() {
	ln -s "$EP" "$TMP/slave$1"
	start "master$1" "$M" setsid "$EP" -m -u -C -I "p$1" -e \
	    "${2:-} ip netns exec $G $TMP/slave$1 -i wan -B -s - ${3:-}"
	eval "MASTER_$1=$PID"
}
# slave_of N: its slave's process, commands_of N: how many commands it has
slave_of() { pgrep -f "^$TMP/slave$1 " || true; }
commands_of() { eval "pgrep -cP \$MASTER_$1" || true; }

topo
by_command 1
by_command 2
by_command 3 '' '; exec sleep 600'
by_command 4 "trap '' TERM;" '; exec sleep 600'
for n in 1 2 3 4; do up $n; done
stopped=$(slave_of 2)
kill -STOP "$stopped"
kill -9 "$(slave_of 1)" "$(slave_of 3)" "$(slave_of 4)"
wait_log master1.log 'session ended: closed; next try in 1 s' 2
up 1 5
for n in 2 3 4; do
	wait_log master$n.log 'session ended: nothing heard for 30 seconds' 32
done
wait_for 8 "! alive $stopped" 'the stopped command is still there'
for n in 2 3 4; do
	up $n 8
	[ "$(commands_of $n)" = 1 ] && [ "$(slave_of $n | wc -l)" = 1 ] ||
	    fail "$n: $(commands_of $n) commands instead of one"
done

stop "$MASTER_1"
kill -STOP "$(slave_of 2)"
stop "$MASTER_2"
kill -9 "$MASTER_3"
for n in 1 2 3; do
	wait_for 3 "[ -z \"\$(slave_of $n)\" ]" "$n: the command is left behind"
done
ok

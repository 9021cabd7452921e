#!/bin/sh
# SPDX-License-Identifier: ISC
# A process is stopped (SIGSTOP): slave or master, listening or connecting.  The
# other side ends the session after 30 s, with one line.  When the process goes
# on, it knows that its session is over, delivers no old frame, and the next
# session begins.  No process runs busy.  With -1 the other side ends, with
# status 1.  Takes 45 s.
#
#   R --wan-- G (slaves 1 to 5) --ctl-- M (masters 1 to 5: p1 to p5)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

# of slave|master N: prints the pid of that process
of() { eval "echo \$$(echo "$1" | tr a-z A-Z)_$2"; }

topo
session 1 slave
session 2 slave
session 3 master
session 4 master
session 5 slave '' -1
for n in 1 2 3 4 5; do up $n; done
sniff p2 "$M" p2 -Q in icmp
pings "$R" 10.9.0.1 3 -p beef
wait_frames p2 6

STOPPED='slave:1:master master:2:slave slave:3:master master:4:slave'
for s in $STOPPED; do
	IFS=: read -r who n other <<-end
	$s
	end
	kill -STOP "$(of $who $n)"
done
kill -STOP "$SLAVE_5"
START=$(now)
start stale "$R" ping -n -i 0.1 -p dead 10.9.0.1
STALE=$PID
for s in $STOPPED; do
	IFS=: read -r who n other <<-end
	$s
	end
	wait_log $other$n.log \
	    'session ended: nothing heard for 30 seconds' 32
done
[ $(($(now) - START)) -ge 19 ] || fail "a session was given up too early"
for n in 1 3; do down $n 1; done # their masters are not stopped
stop "$STALE"
wait_exit "$MASTER_5" 3
[ "$STATUS" = 1 ] || fail "-1: exit status $STATUS"
kill -CONT "$SLAVE_5"

for s in $STOPPED; do
	IFS=: read -r who n other <<-end
	$s
	end
	kill -CONT "$(of $who $n)"
done
for s in $STOPPED; do
	IFS=: read -r who n other <<-end
	$s
	end
	wait_log $who$n.log 'session ended: ' 3
	wait_for 15 "[ \$(lines master$n.log 'session begins') = 2 ]" \
	    "session $n does not come back"
	up $n
	for p in $who $other; do
		[ "$(lines $p$n.log 'session ended')" = 1 ] ||
		    fail "$p$n did not log one end of a session"
		[ "$(cpu "$(of $p $n)")" -lt $((100 * SLOW)) ] ||
		    fail "$p$n has used $(cpu "$(of $p $n)") hundredths of a second"
	done
done
pings "$R" 10.9.0.1 3 -p beef
wait_frames p2 12
sniff_end p2
tcpdump -nxr "$TMP/p2.pcap" >"$TMP/p2.text"
grep -q 'beef beef beef' "$TMP/p2.text" || fail 'no new ping came'
unsaid p2.text 'dead dead dead' || fail 'old frames were delivered'
ok

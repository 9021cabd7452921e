#!/bin/sh
# SPDX-License-Identifier: ISC
# The name server does not answer.  A process that waits for it still obeys
# SIGUSR1, and SIGTERM ends the process and its child within a second, whether
# the name is that of -c or of -s.  After 20 s the process gives the name up and
# tries again.
#
#   G (a name server that is silent) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

# asking NAME ARGS...: starts a master that knows only this name server
asking() {
	_name=$1
	shift
	start "$_name" "$M" sh -c 'mount --bind "$0/nsswitch.conf" \
	    /etc/nsswitch.conf && mount --bind "$0/resolv.conf" \
	    /etc/resolv.conf && exec "$@"' "$TMP" "$EP" -m -C "$@"
}
# asked N: N sockets wait for an answer of the name server
asked() {
	[ "$(in_M ss -unH 'dport = :53' | wc -l)" = "$1" ]
}

topo
cut "$G" 'in udp dport 53 drop'
echo 'hosts: files dns' >"$TMP/nsswitch.conf"
printf 'nameserver 10.8.0.1\noptions timeout:30\n' >"$TMP/resolv.conf"
asking patient -c gw.test:1234
PATIENT=$PID
wait_for 5 'asked 1' 'the name server is not asked'
kill -USR1 "$PATIENT"
wait_log patient.log '^up_frames=' 1

asking connects -c gw.test:1234
CONNECTS=$PID
asking listens -s gw.test:1234
LISTENS=$PID
wait_for 5 'asked 3' 'the name server is not asked'
kill "$CONNECTS" "$LISTENS"
wait_exit "$CONNECTS" 1
[ "$STATUS" = 0 ] || fail "-c: exit status $STATUS"
wait_exit "$LISTENS" 1
[ "$STATUS" = 0 ] || fail "-s: exit status $STATUS"
wait_for 5 'asked 1' 'a child still runs'
wait_log patient.log 'gw.test:1234: no name server answers; next try in 1 s' 22
stop "$PATIENT"
wait_for 2 "lacks . in_M ss -unH 'dport = :53'" 'its child still runs'
ok

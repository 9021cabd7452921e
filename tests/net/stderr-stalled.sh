#!/bin/sh
# SPDX-License-Identifier: ISC
# Nobody reads a slave's and a master's standard error any more: the session
# goes on, and SIGTERM ends the master at once.  When somebody reads again, a
# line says how many lines are lost.  The descriptor, which other processes
# share, stays blocking.
#
#   R wan ---- wan G (slave 2>pipe) ctl ---- ctl M (master 2>pipe): puppet0
. "$(dirname "$0")/lib.sh"

# on_pipe NAME HOST ARGS...: starts the program; standard error is the FIFO NAME
on_pipe() {
	_pipe=$TMP/$1 _h=$2
	shift 2
	start "${_pipe##*/}" "$_h" sh -c 'exec 2<>"$1"; shift; exec "$@"' sh \
	    "$_pipe" "$EP" "$@"
}
# full NAME: nothing more can be written to that FIFO
full() {
	"$PY" -c 'import os, select, sys
fd = os.open(sys.argv[1], os.O_RDWR)
sys.exit(bool(select.select([], [fd], [], 0)[1]))' "$TMP/$1"
}

topo
mkfifo "$TMP/slave" "$TMP/master"
on_pipe slave "$G" -dddd -s 1234 -i wan
SLAVE=$PID
wait_listen "$G" 1234
on_pipe master "$M" -m -u -C -dddd -c 10.8.0.1:1234
MASTER=$PID
wait_session
for who in slave master; do
	i=0
	until full $who; do
		pings "$R" 10.9.0.1 20 -i 0.01 -s 1400
		[ $((i += 1)) -lt 50 ] ||
		    fail "$who: its lines do not fill the FIFO"
	done
done
flags=$(sed -n 's/^flags:[[:space:]]*//p' "/proc/$SLAVE/fdinfo/2")
[ $((flags & 04000)) = 0 ] || fail 'descriptor 2 is non-blocking'

# frames still pass both ways
doll_address
pings "$M" 10.9.0.2 5
pings "$R" 10.9.0.3 5
kill -USR1 "$MASTER"

# the master ends although nobody reads
kill "$MASTER"
wait_exit "$MASTER" 1
[ "$STATUS" = 0 ] || fail "SIGTERM: exit status $STATUS"

# somebody reads again, and the slave has something to say
start reader "$G" cat "$TMP/slave"
native guest "$M" connect 10.8.0.1 1234 preamble hello want:PARAMS close
wait_log reader.log '[1-9][0-9]* lines lost: nobody read standard error'
grep -aq 'session begins' "$TMP/reader.log" ||
    fail 'the line after the loss is missing'
stop "$SLAVE"
ok

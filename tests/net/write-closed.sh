#!/bin/sh
# SPDX-License-Identifier: ISC
# The reader of a capture closes it, or the disk is full: the master logs one
# line and ends at once, even when no frame comes that it could not write.
#
#   R wan ------ wan G (slave) ctl ------ ctl M (masters -w)
. "$(dirname "$0")/lib.sh"

need tcpdump
topo
slave -s 1234 -i wan
wait_listen "$G" 1234

# ended NAME STATUS LINE: the process PID must end with this status and line
ended() {
	wait_exit "$PID" 5
	[ "$(tail -n 1 "$TMP/$1.log")" = "etherpuppet: $3" ] ||
	    fail "$1 said: $(tail -n 1 "$TMP/$1.log")"
	[ "$STATUS" = "$2" ] || fail "$1: exit status $STATUS"
}

# a reader ends after two frames
mkfifo "$TMP/fifo"
start reader "$M" tcpdump -n -c 2 -r "$TMP/fifo"
READER=$PID
start enough "$M" sh -c "exec '$EP' -m -c 10.8.0.1:1234 -w - >'$TMP/fifo'"
wait_log enough.log 'session begins'
wait_for 10 'in_R ping -c 1 -W 1 10.9.0.1 >/dev/null; ! alive $READER' \
    'tcpdump did not get two frames'
ended enough 0 'standard output: its reader has closed it'

# a reader ends while the interface is silent; -w opens the FIFO itself
start reader "$M" cat "$TMP/fifo"
READER=$PID
start silent "$M" "$EP" -m -c 10.8.0.1:1234 -f 'ether proto 0x88b5' -w "$TMP/fifo"
SILENT=$PID
wait_log silent.log 'session begins'
kill "$READER"
PID=$SILENT
ended silent 0 "$TMP/fifo: its reader has closed it"

# a reader never comes: SIGTERM ends the wait for it, SIGUSR1 does not
start alone "$M" "$EP" -m -c 10.8.0.1:1234 -w "$TMP/fifo"
wait_log alone.log 'waiting for a reader'
kill -USR1 "$PID"
! wait_for 1 "! alive $PID" || fail 'SIGUSR1 ended the master'
kill "$PID"
ended alone 0 "$TMP/fifo: waiting for a reader"

# no room on the disk: for frames, and even for the head of the file
mkdir "$TMP/full"
start full "$M" sh -c 'mount -t tmpfs -o size=64k none "$0" &&
    exec "$1" -m -c 10.8.0.1:1234 -w "$0/file"' "$TMP/full" "$EP"
wait_log full.log 'session begins'
in_R ping -q -f -c 100 -s 1000 10.9.0.1 >"$TMP/flood"
ended full 1 "$TMP/full/file: write: No space left on device"
start none "$M" "$EP" -m -c 10.8.0.1:1234 -w /dev/full
ended none 1 '/dev/full: write: No space left on device'
ok

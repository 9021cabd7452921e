#!/bin/sh
# SPDX-License-Identifier: ISC
# A program for routers and the native one understand each other, whatever the
# byte order and the size of a word, in every dialect, whoever connects: the
# master's file has the frames of the wire.  A doll is tried only where no
# emulator is between, and then both ways: qemu-user 7.2 does not know how to
# set its queue (SIOCSIFTXQLEN).
#
#   R wan ------- wan G (slave, native) ctl ------ ctl M (master, the router's)
. "$(dirname "$0")/lib.sh"

need tcpdump
from_R=02:00:00:09:00:64 from_doll=02:00:00:09:00:65 nobody=02:00:00:09:00:c8

# same WHAT FILE FILE MAC
same() {
	"$PY" "$NET/pcap.py" compare "$TMP/$2" "$TMP/$3" "$4" ||
	    fail "$1: $2 and $3 differ"
}

# begin connect|listen 'SLAVE-ARGUMENTS' MASTER-ARGUMENT...: the session,
# slave and master
begin() {
	how=$1 arguments=$2
	shift 2
	if [ "$how" = connect ]; then
		# shellcheck disable=SC2086
		slave -s 1234 -i wan -D 0 $arguments
		wait_listen "$G" 1234
		start master "$M" "$PROGRAM" -c 10.8.0.1:1234 -D 0 "$@"
		MASTER=$PID
	else
		start master "$M" "$PROGRAM" -s 1234 -D 0 "$@"
		MASTER=$PID
		wait_listen "$M" 1234
		# shellcheck disable=SC2086
		slave -c 10.8.0.2:1234 -i wan -D 0 $arguments
	fi
}

end() {
	stop "$MASTER"
	[ "$STATUS" = 0 ] || fail "$1: the master's exit status is $STATUS"
	stop "$SLAVE"
}

# to_doll WHAT connect|listen SLAVE-ARGUMENTS MASTER-ARGUMENT...
to_doll() {
	what=$1
	shift
	begin "$@" -m -u
	wait_session 20
	sniff remote "$R" wan
	sniff doll "$M" puppet0
	in_R "$PY" "$NET/pcap.py" send wan "$TMP/to_doll.pcap"
	wait_frames doll "$COUNT"
	in_M "$PY" "$NET/pcap.py" send puppet0 "$TMP/to_wire.pcap"
	wait_frames remote $((2 * COUNT))
	sniff_end remote
	sniff_end doll
	same "$what" to_doll.pcap doll.pcap $from_R
	same "$what" to_wire.pcap remote.pcap $from_doll
	end "$what"
	echo "$what: $COUNT frames each way"
}

# to_file WHAT connect|listen SLAVE-ARGUMENTS MASTER-ARGUMENT...
to_file() {
	what=$1
	shift
	begin "$@" -w "$TMP/file.pcapng"
	wait_log master.log 'session begins' 20
	in_R "$PY" "$NET/pcap.py" send wan "$TMP/to_doll.pcap"
	wait_for 20 '"$PY" "$NET/pcap.py" compare "$TMP/to_doll.pcap" \
	    "$TMP/file.pcapng" $from_R >"$TMP/compare.log" 2>&1' \
	    "$what: other frames in the file"
	tcpdump -nr "$TMP/file.pcapng" >/dev/null 2>"$TMP/tcpdump.log" ||
	    fail "$what: tcpdump cannot read the file"
	end "$what"
	echo "$what: $COUNT frames in the file"
}

topo
# a slave of 0.3 may say 4 less than 1500
"$PY" "$NET/pcap.py" craft "$TMP/to_doll.pcap" $from_R $nobody 1510
"$PY" "$NET/pcap.py" craft "$TMP/to_wire.pcap" $from_doll $nobody 1510
COUNT=$(frames to_doll)
for t in $STATIC; do
	program "$t"
	for l in native 0.3 0.4; do
		old=
		[ $l = native ] || old="-L $l"
		# shellcheck disable=SC2086
		to_file "$t, $l, -w connects" connect '' $old
		to_file "$t, $l, -w listens" listen "$old"
		[ -z "$QEMU" ] || continue
		# shellcheck disable=SC2086
		to_doll "$t, $l, connects" connect '' $old
		to_doll "$t, $l, listens" listen "$old"
	done
done
ok

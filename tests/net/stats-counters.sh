#!/bin/sh
# SPDX-License-Identifier: ISC
# SIGUSR1 shows every counter of both ends as it must be after what was sent:
# frames and bytes each way, names, offloads; also with -r and -G.  In an idle
# session no counters are sent.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master) puppet0
#     10 frames, 5242 bytes                        7 frames, 2100 bytes
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

# shown NAME: prints its block.  What differs from run to run is N; offloads
# that not every kernel has are left out.
shown() {
	sed -e 's/^\(peer=10.8.0.2 port\) [0-9]*$/\1 N/' \
	    -e 's/^\(up_time\)=[0-9][0-9]*$/\1=N/' \
	    -e 's/^\(round_trip[a-z_]*\)=[1-9][0-9]*$/\1=N/' \
	    -e 's/^\(offloads_.*=csum,tso4,tso6\),uso/\1/' \
	    -e 's/^\(offloads_.*=csum,tso4,tso6\),tunnel$/\1/' "$TMP/$1.block"
}

# expected PEER UP_FRAMES UP_BYTES DOWN_FRAMES DOWN_BYTES READ_ONLY
#     PEER_READ_ONLY OFFLOADS: prints a block; the peer's values mirror ours
expected() {
	cat <<-end
	doll=puppet0
	interface=wan
	peer=$1
	dialect=native 1
	up_time=N
	sessions=1
	round_trip_us=N
	round_trip_min_us=N
	offloads_up=$8
	offloads_down=$8
	$(counters '' "$2" "$3" "$4" "$5" "$6")
	$(counters peer_ "$4" "$5" "$2" "$3" "$7")
	end
}

# counters PREFIX UP_FRAMES UP_BYTES DOWN_FRAMES DOWN_BYTES READ_ONLY
counters() {
	cat <<-end
	$1up_frames=$2
	$1up_bytes=$3
	$1down_frames=$4
	$1down_bytes=$5
	$1dropped_by_kernel=0
	$1stale=0
	$1late=0
	$1filtered=0
	$1oversize_for_peer=0
	$1invalid=0
	$1read_only=$6
	$1refused_by_interface=0
	$1refused_reason=
	end
}

# same NAME WHEN: its block must be $TMP/expected
same() {
	shown "$1" >"$TMP/shown"
	diff "$TMP/expected" "$TMP/shown" || fail "$1 counts wrong ($2)"
}

exchange() {
	say fromR "$R" wan
	say fromM "$M" puppet0
}

topo
speech fromR 02:00:00:09:00:64 7x100 3x1514
speech fromM 02:00:00:09:00:65 5x60 2x900
pair '' '-C -d'
exchange
becomes slave peer_down_frames 10
becomes slave peer_up_frames 7
becomes master peer_down_frames 7
becomes master peer_up_frames 10
expected '10.8.0.2 port N' 10 5242 7 2100 0 0 csum,tso4,tso6 >"$TMP/expected"
same slave plain
expected 10.8.0.1:1234 7 2100 10 5242 0 0 csum,tso4,tso6 >"$TMP/expected"
same master plain
[ "$(value slave round_trip_min_us)" -le "$(value slave round_trip_us)" ] ||
    fail "the smallest round trip is not the smallest"
stop "$MASTER"
stop "$SLAVE"

pair -G '-C -r'
exchange
becomes slave peer_read_only 7
becomes slave peer_down_frames 10
becomes master peer_up_frames 10
expected '10.8.0.2 port N' 10 5242 0 0 0 7 '' >"$TMP/expected"
block slave
same slave 'read-only, -G'
expected 10.8.0.1:1234 0 0 10 5242 7 0 '' >"$TMP/expected"
block master
same master 'read-only, -G'
stop "$MASTER"
stop "$SLAVE"

# an idle slave sends its counters once, and then only PING, after 20 s
slave -s 1234 -i wan
wait_listen "$G" 1234
native idle "$M" connect 10.8.0.1 1234 preamble hello want:STATS \
    want:PING,25 say:END serve:60
wait_log idle.log END 40
[ "$(said idle.log '^STATS' | wc -l)" = 1 ] ||
    fail "an idle slave sends counters again"
ok

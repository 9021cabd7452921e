#!/bin/sh
# SPDX-License-Identifier: ISC
# A session ends while its peer reads nothing: every frame is counted, as sent
# to the peer or as lost, wherever it was: in the program, in the kernel's
# queue, or sent in part.
#
#   R wan ---- wan G (slave) ctl ---- ctl M (a peer that stalls)
#              G (a peer that stalls) ctl ---- ctl M (master, doll puppet0)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

# all NAME N PEER: the counters of NAME account for N frames, and PEER has got
# as many as NAME counts as sent.
all() {
	block "$1"
	up=$(value "$1" up_frames) stale=$(value "$1" stale)
	dropped=$(value "$1" dropped_by_kernel)
	got=$(grep -c '^FRAME' "$TMP/$3.log") || :
	mv "$TMP/$3.log" "$TMP/$3.frames" # too long to be shown
	echo "$1: $2 sent, $up up, $stale stale, $dropped dropped, $got came"
	[ "$((up + stale + dropped))" = "$2" ] ||
	    fail "$1: some frames are not counted"
	[ "$stale" -gt 256 ] || fail "$1: too few frames waited"
	[ "$got" = "$up" ] || fail "$1: $up sent, $got came"
}

topo
speech fromR 02:00:00:09:00:64 3000x1400
speech fromM 02:00:00:09:00:65 900x1400

slave -s 1234 -i wan -D 0
wait_listen "$G" 1234
native deaf "$M" connect 10.8.0.1 1234 preamble hello want:PARAMS "wait:$TMP/up" \
    half serve:20
wait_log slave.log 'session begins'
wait_log deaf.log PARAMS
say fromR "$R" wan
touch "$TMP/up"
wait_log slave.log 'session ended' 20
wait_exit "$NATIVE" 30
all slave 3000 deaf
stop "$SLAVE"

native deaf2 "$G" listen 10.8.0.1 1234 preamble hello:role=slave,link=1 params \
    want:HELLO say:SERVED "wait:$TMP/down" half serve:20
wait_listen "$G" 1234
master -m -u -C -D 0 -c 10.8.0.1:1234
wait_session
say fromM "$M" puppet0
touch "$TMP/down"
wait_log master.log 'session ended' 20
wait_exit "$NATIVE" 30
all master 900 deaf2
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Frames both ways at top speed: each one is delivered once or counted as
# dropped somewhere, and none is reordered, doubled or changed; with and without
# offloads, and with joined segments (-g).
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master) puppet0
#     numbered                                                  numbered
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"
. "$NET/lib-numbered.sh"

SPAN=1 # seconds of sending
LEAST=2000 # frames that must come each way, for a useful test
JOINED=64 # frames in one that -g has made, at most

# known WAY SENT CAME MOST DROPPED...: what did not come is what was dropped, a
# dropped frame having been at most MOST of those sent.
known() {
	_way=$1 _lost=$(($2 - $3)) _came=$3 _most=$4 _known=0
	shift 4
	for _n; do _known=$((_known + _n)); done
	echo "$_way: $_came came, $_lost did not; dropped: $*"
	[ "$_came" -ge $LEAST ] || fail "$_way: only $_came frames came"
	[ "$_lost" -ge "$_known" ] && [ "$_lost" -le $((_known * _most)) ] ||
	    fail "$_way: $_lost frames lost, $_known dropped ($*)"
}

# account MOST: both directions, from where they are sent to where they come
account() {
	block slave
	block master
	known 'to the doll' "$to_doll_sent" "$doll_frames" "$1" \
	    $(($(counter "$G" wan rx_dropped) - wan_dropped)) \
	    "$(value slave dropped_by_kernel)" "$(value slave stale)" "$(value master late)" \
	    "$(sum slave invalid oversize_for_peer)" \
	    "$(value master refused_by_interface)" \
	    "$(counter "$M" puppet0 rx_dropped)" "$doll_dropped"
	known 'to the wire' "$to_wire_sent" "$remote_frames" 1 \
	    "$(value master dropped_by_kernel)" "$(value master stale)" "$(value slave late)" \
	    "$(sum master invalid oversize_for_peer)" \
	    "$(value slave refused_by_interface)" \
	    $(($(counter "$R" wan rx_dropped) - remote_before)) "$remote_dropped"
}

# blast SENDER-ARGS COUNTER-ARGS: both ways at once
blast() {
	wan_dropped=$(counter "$G" wan rx_dropped)
	remote_before=$(counter "$R" wan rx_dropped)
	# shellcheck disable=SC2086
	count doll "$M" puppet0 $FROM_R $2
	count remote "$R" wan $FROM_DOLL
	# shellcheck disable=SC2086
	send_start to_doll "$R" wan $FROM_R -t $SPAN $1
	# shellcheck disable=SC2086
	send_start to_wire "$M" puppet0 $FROM_DOLL -t $SPAN $1
	send_end to_doll
	send_end to_wire
	settled
	count_end doll
	count_end remote
}

# through OFFLOADS ARGS SENDER-ARGS COUNTER-ARGS MOST
through() {
	echo "-- offloads $1 $2"
	offloads "$1"
	pair "-C $2" -C
	blast "$3" "$4"
	account "$5"
	stop "$MASTER"
	stop "$SLAVE"
}

numbered_build
topo
through off '' '' '' 1
[ "$doll_segments,$remote_segments" = 1,1 ] || fail 'joined without -g'
through on '' -o '' 1
[ "$doll_segments,$remote_segments" = 44,44 ] ||
    fail "super-frames of 44 segments had $doll_segments and $remote_segments"
if "$EP" -h | grep -q -- '--coalesce'; then
	# it may put a segment in front of another flow's frames
	through off -g '' -f $JOINED
	[ "$doll_segments" -gt 1 ] || fail '-g has joined nothing'
	through on -g -o -f $JOINED
fi
ok

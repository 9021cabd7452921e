#!/bin/sh
# SPDX-License-Identifier: ISC
# A process counts over all its sessions.  The counters of the peer are those of
# the present peer, and empty without one.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (masters) puppet0
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

topo
speech fromR 02:00:00:09:00:64 7x100
speech fromM 02:00:00:09:00:65 5x60

slave -s 1234 -i wan
wait_listen "$G" 1234
block slave
is slave sessions 0
is slave peer ''
is slave dialect ''
is slave doll ''
is slave interface wan
is slave peer_up_frames ''
is slave round_trip_us ''
is slave offloads_up ''

master -m -u -C -I one -c 10.8.0.1:1234
DOLL=one
wait_session
say fromR "$R" wan
say fromM "$M" one
becomes slave peer_up_frames 5
becomes master down_frames 7
is slave doll one
kill -9 "$MASTER"
wait_log slave.log 'session ended'
block slave
is slave sessions 1
is slave peer ''
is slave doll ''
is slave peer_up_frames ''
is slave round_trip_us ''
is slave up_frames 7
is slave down_frames 5

# frames without a session are not counted
say fromR "$R" wan
master -m -u -C -I two -c 10.8.0.1:1234
DOLL=two
wait_session
say fromR "$R" wan
becomes master down_frames 7
becomes slave peer_down_frames 7
is slave sessions 2
is slave doll two
is slave up_frames 14
is slave up_bytes 1400
is slave down_frames 5
is slave peer_up_frames 0
becomes master peer_up_frames 14
is master sessions 1

# the other way round: a second slave for the same master
kill -9 "$SLAVE"
wait_log master.log 'session ended'
slave -s 1234 -i wan
wait_session 20
say fromR "$R" wan
becomes master peer_up_frames 7
is master down_frames 14
is master sessions 2
ok

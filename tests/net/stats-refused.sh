#!/bin/sh
# SPDX-License-Identifier: ISC
# Frames that an interface refuses are counted, with the reason, on both ends;
# they do not count as delivered.  Counters go on when the doll is made again.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master) puppet0
#     4 frames: EIO         MTU 1500: EMSGSIZE           MTU 4000
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

refused() {	# NAME FRAMES REASON DELIVERED
	becomes "$1" refused_by_interface "$2"
	becomes "$1" down_frames "$4"
	is "$1" refused_reason "$3"
}

topo
speech small 02:00:00:09:00:65 4x80
speech mixed 02:00:00:09:00:65 2x80 5x3000 1x100
pair '' -C
ip -n "$M" link set puppet0 mtu 4000
say mixed "$M" puppet0
refused slave 5 'Message too long' 3
is slave down_bytes 260
becomes master peer_refused_by_interface 5
becomes master peer_down_frames 3
is master peer_refused_reason 'Message too long'
is master up_frames 8
is master up_bytes 15260
is master refused_by_interface 0
is master refused_reason ''

# a doll that is down takes no frames
ip -n "$M" link set puppet0 down
say small "$R" wan
refused master 4 'Input/output error' 0
is master down_bytes 0
becomes slave peer_refused_by_interface 4
is slave peer_refused_reason 'Input/output error'
is slave up_frames 4

# the doll is deleted and made again: its counters go on
ip -n "$M" link del puppet0
wait_log master.log 'puppet0: made again'
block master
refused master 4 'Input/output error' 0
wait_session
say small "$R" wan
refused master 4 'Input/output error' 4

# the real interface goes down and up: the slave's counters go on
ip -n "$M" link set puppet0 mtu 4000
ip -n "$G" link set wan down
wait_for 10 no_carrier "the doll kept its carrier"
block slave
refused slave 5 'Message too long' 3
ip -n "$G" link set wan up
wait_session
say mixed "$M" puppet0
refused slave 10 'Message too long' 6
becomes master peer_refused_by_interface 10
ok

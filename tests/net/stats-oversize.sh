#!/bin/sh
# SPDX-License-Identifier: ISC
# A frame that is too large for the peer is counted as oversize, not as carried.
# A legacy peer tells no counters: its values are empty, ours are shown.
#
#   R wan ---- wan G (slave) ctl ---- ctl M (scripts as masters)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

topo
ip -n "$R" link set wan mtu 9000
ip -n "$G" link set wan mtu 9000
speech mixed 02:00:00:09:00:64 4x60 3x500 2x4000

slave -s 1234 -i wan
wait_listen "$G" 1234
native narrow "$M" connect 10.8.0.1 1234 preamble \
    hello:role=master,link=1,maxframe=100 want:PARAMS say:SERVED serve:60
wait_log narrow.log SERVED
say mixed "$R" wan
becomes slave oversize_for_peer 5
is slave up_frames 4
is slave up_bytes 240
is slave peer_up_frames ''
wait_log narrow.log '^STATS .*up_frames=4 .*up_bytes=240 .*oversize=5'
kill "$NATIVE"
wait_log slave.log 'session ended'

start legacy "$M" "$PY" "$NET/legacy_peer.py" master 0.3 little 40 connect \
    10.8.0.1 1234
wait_log slave.log 'session begins .legacy 0.3'
say mixed "$R" wan
becomes slave oversize_for_peer 7
is slave dialect 'legacy 0.3'
is slave up_frames 11
is slave up_bytes 1980
is slave round_trip_us ''
is slave round_trip_min_us ''
is slave offloads_up ''
is slave doll ''
is slave sessions 2
for key in $(sed -n 's/=.*//p' "$TMP/slave.block" | grep '^peer_'); do
	is slave "$key" ''
done
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Frames that -f leaves out are counted, whichever side gave -f: frames at the
# interface = carried + filtered.  The session's own frames and those that the
# doll sends are in neither number.  Without -f nothing is counted as filtered.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master) puppet0
#     88b5 and 88b6         also -i ctl              sends 88b5, 88b6
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

topo
speech fromR 02:00:00:09:00:64 6x90 9x90:88b6 3x1000
speech fromM 02:00:00:09:00:65 4x60:88b6 2x60
speech other 02:00:00:08:00:65 4x60:88b6 2x60
# so that there is no ARP among the other frames on ctl
for h in "$G ctl 10.8.0.2 02:00:00:08:00:02" "$M ctl 10.8.0.1 02:00:00:08:00:01"
do
	# shellcheck disable=SC2086
	set -- $h
	ip -n "$1" neigh replace "$3" lladdr "$4" dev "$2"
done

filtered() {	# FILTERED UP DOWN
	becomes slave up_frames "$2"
	becomes slave down_frames "$3"
	becomes slave filtered "$1"
	becomes master peer_up_frames "$2"
	becomes master peer_filtered "$1"
	is master filtered 0
}

for side in master slave; do
	f='-f ether[12:2]==0x88b5'
	if [ $side = master ]; then pair '' "-C $f"; else pair "$f" -C; fi
	say fromR "$R" wan
	filtered 9 9 0
	say fromM "$M" puppet0
	filtered 9 9 6
	say fromR "$R" wan
	filtered 18 18 6
	stop "$MASTER"
	# the next session has another filter: none, or the slave's own
	say fromR "$R" wan
	master -m -u -C -c 10.8.0.1:1234
	wait_session
	say fromR "$R" wan
	if [ $side = master ]; then filtered 18 36 6; else filtered 27 27 6; fi
	stop "$MASTER"
	stop "$SLAVE"
done

# many frames of the session cross the interface
slave -s 1234 -i ctl
wait_listen "$G" 1234
master -m -u -r -C -c 10.8.0.1:1234 -f 'ether[12:2]==0x88b5'
wait_session
say other "$M" ctl
becomes slave up_frames 2
for i in 1 2 3 4 5 6 7 8 9 10; do block slave; done
becomes master peer_filtered 4
is slave filtered 4
ok

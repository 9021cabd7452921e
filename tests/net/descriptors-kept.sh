#!/bin/sh
# SPDX-License-Identifier: ISC
# No descriptor leaks: after sessions that end, refused peers, wrong filters,
# loop tests, dolls that are made again, commands, and a -x that is refused.
#
#   R --wan-- G (slaves; raw) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-loop.sh"

need pgrep setpriv

# fds PID: what its descriptors are, without inode numbers and names of logs
fds() {
	for _fd in "/proc/$1/fd"/*; do readlink "$_fd"; done |
	    sed 's/\[[0-9]*\]//; s,.*/[a-z]*\.log$,log,' | sort
}

# keep NAME PID: as it is now; kept NAME PID: as it was, within 5 seconds
keep() { fds "$2" >"$TMP/$1.fds"; }
kept() {
	wait_for 5 "fds $2 | cmp -s - '$TMP/$1.fds'" || fail "$1 has others:
$(fds "$2" | diff "$TMP/$1.fds" -)"
}

# guest STEPS...: a master that comes, and goes
guest() {
	native guest "$M" connect 10.8.0.1 1234 preamble "$@" end:5
	wait_exit "$NATIVE" 10
	[ "$STATUS" = 0 ] || fail "no end: $*"
}

topo
cp "$EP" "$TMP/etherpuppet"
ln -s "$EP" "$TMP/far"
ip -n "$G" tuntap add dev raw mode tun
ip -n "$G" link set raw up

# all the while: a slave that may capture and no more shall be deaf, and tries
# again after 1, 2, 4 s
start deaf_master "$M" "$EP" -m -w "$TMP/deaf.pcapng" -x -s 1235
wait_listen "$M" 1235
start deaf "$G" setpriv --reuid=65534 --regid=65534 --clear-groups \
    --inh-caps +net_raw --ambient-caps +net_raw "$TMP/etherpuppet" -i wan \
    -c 10.8.0.2:1235
DEAF=$PID
wait_log deaf.log 'next try in 1 s'
keep deaf "$DEAF"

# raw IP costs no more than Ethernet; what it is to do without a session
slave -s 1234 -i wan -d
wait_listen "$G" 1234
keep slave "$SLAVE"
start raw "$G" "$EP" -s 1236 -i raw
wait_listen "$G" 1236
kept slave "$PID"

for _ in 1 2 3; do
	guest hello:role=master,link=1 want:PARAMS bye:0,end
	guest hello:role=master,link=101 want:BYE
	guest 'hello:role=master,link=1,filter=no filter' want:BYE
	guest hello:role=master,link=1,want=4 want:BYE
	guest raw:ffffffffffffffffffffffff
done
kept slave "$SLAVE"

# a session, and in it a loop test of what is none
master -m -u -C -c 10.8.0.1:1234
wait_session
keep slave "$SLAVE"
keep master "$MASTER"
start flood "$R" ping -q -f -i 0.001 -s 1000 10.9.0.1
wait_for 30 "[ \$(counted slave.log 'loop\\? no') -ge 1 ]" 'no loop test'
stop "$PID"
kept slave "$SLAVE"

# newcomers who are sent away, and dolls that are deleted
for n in 1 2 3; do
	guest hello:role=master,link=1 want:BYE
	ip -n "$M" link del puppet0
	wait_for 10 "[ \$(counted master.log 'made again') = $n ]" 'not made again'
	wait_session
done
kept slave "$SLAVE"
kept master "$MASTER"
stop "$MASTER"
stop "$SLAVE"

# commands that end
master -m -u -C -e "exec ip netns exec $G $TMP/far -i wan -B -s -"
wait_session
keep master "$MASTER"
for n in 1 2 3; do
	kill "$(pgrep -f "^$TMP/far ")"
	wait_for 5 "[ \$(counted master.log 'session ended') = $n ]" 'it lives on'
	wait_session
done
kept master "$MASTER"

wait_log deaf.log 'next try in 8 s' 30
kept deaf "$DEAF"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Much that the host itself sends on the captured interface looks like a loop
# and is none: a test clears it, and no frame is lost.  Its own upload; what it
# forwards, R's download through it; frames from tcpreplay; an upload with a
# session that is just fast enough for it.
#
#   R wan ------------- wan G (slave) ctl ------------- ctl M (master, server)
#     10.9.0.2            forwards                        10.8.0.2
. "$(dirname "$0")/lib.sh"
. "$NET/lib-loop.sh"

SECONDS_EACH=11

# session: a new one, so that the guard has tested nothing yet
session() {
	[ -z "${MASTER:-}" ] || { stop "$MASTER"; stop "$SLAVE"; }
	slave -d -s 10.8.0.1:1234 -i wan
	wait_listen "$G" 1234
	master -m -u -C -c 10.8.0.1:1234
	wait_session
}

# upload HOST ADDRESS HOST RATE: iperf3 from one to the other
upload() {
	start server "$3" iperf3 -s -1 -B "$2"
	wait_listen "$3" 5201
	start client "$1" iperf3 -c "$2" -t $SECONDS_EACH -b "$4" -u -l 1400
	wait_exit "$PID" $((SECONDS_EACH * 3))
	[ "$STATUS" = 0 ] || fail 'iperf3'
}

need iperf3 tcpreplay
topo
in_G sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
ip -n "$R" route add 10.8.0.0/24 via 10.9.0.1
ip -n "$M" route add 10.9.0.2/32 via 10.8.0.1

session
upload "$G" 10.9.0.2 "$R" 100M
quiet some 50000

session
upload "$M" 10.9.0.2 "$R" 50M
quiet some 25000

session
"$PY" "$NET/pcap.py" craft "$TMP/replay.pcap" 02:00:00:09:00:64 \
    02:00:00:09:00:c8 1500
bytes=$(wc -c <"$TMP/replay.pcap")
in_G tcpreplay -q -i wan --mbps=40 --loop=$((55000000 / bytes)) \
    "$TMP/replay.pcap" >"$TMP/replay.log" 2>&1 || fail tcpreplay
quiet some 10000

in_G tc qdisc add dev ctl root tbf rate 20mbit burst 20k latency 50ms ||
    skip 'no token bucket in this kernel'
session
upload "$G" 10.9.0.2 "$R" 12M
quiet some 6000
ok

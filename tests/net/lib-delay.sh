# SPDX-License-Identifier: ISC
# For tests of frames that are too old; sourced after lib.sh.
#
#   R (age.py send) wan ---- wan G (slave) ctl --[ slow ]-- ctl M (doll)
#                            ^ tcpdump                           ^ tcpdump
#
# The frames go to an address that no host has: no host answers.

# topo_delay: gives all programs of the test a higher priority than others on
# this machine have, because their delay is measured.
topo_delay() {
	need tc taskset
	renice -n -15 $$ >/dev/null 2>&1 || true
	echo -15 >/proc/$$/autogroup 2>/dev/null || true
	topo
	ip -n "$R" neigh add 10.9.0.77 lladdr 02:00:00:09:00:77 dev wan
}

# slow MBIT: limits the link to the master.  The queue before it is long: only
# the slave keeps the delay short.
slow() {
	ip netns exec "$G" tc qdisc replace dev ctl root tbf rate "$1mbit" \
	    burst 5kb limit 4mb 2>"$TMP/tc" || skip "no tbf: $(cat "$TMP/tc")"
}

# send COUNT RATE [SIZE]: sends numbered frames, RATE a second, from one CPU:
# frames from two CPUs may overtake each other in the kernel.
send() { in_R taskset -c 0 "$PY" "$NET/age.py" send 10.9.0.77 "$@"; }

# key SIDE NAME: prints a counter of that side, written again; a slave behind
# ssh writes to the master's log.
key() {
	_pid=$MASTER
	[ "$1" = master ] || _pid=$SLAVE
	_told=$(grep -cE '^(.*: )?peer_refused_reason=' "$TMP/$1.log" || true)
	kill -USR1 "$_pid"
	wait_for 5 "[ \$(grep -cE '^(.*: )?peer_refused_reason=' \
	    '$TMP/$1.log') -gt $_told ]" "$1 did not tell its counters"
	sed -nE "s/^(.*: )?$2=//p" "$TMP/$1.log" | tail -n 1
}

# discarded [FROM TO]: prints how many frames from one side to the other (by
# default to the master) were discarded as too old.
discarded() { echo $(($(key "${1:-slave}" stale) + $(key "${2:-master}" late))); }

# lost [FROM TO]: prints how many frames that way count as not delivered.
lost() {
	_lost=$(discarded "$@")
	for _key in dropped_by_kernel invalid oversize_for_peer; do
		_lost=$((_lost + $(key "${1:-slave}" $_key)))
	done
	echo $((_lost + $(key "${2:-master}" refused_by_interface)))
}

# settled: all frames under way have arrived: three looks show no new one.
settled() {
	_last=-1 _same=0
	wait_for 20 '_new=$(counter "$M" "$DOLL" rx_packets)
	    [ "$_new" = "$_last" ] && _same=$((_same + 1)) || _same=0
	    _last=$_new; sleep 0.3; [ "$_same" -ge 3 ]' 'it never ends'
}

# ages [LIMIT]: compares the captures wan and doll; sets n, got, first, last,
# order, max, p50, late, and over: frames older than 200 ms, or LIMIT.
ages() {
	sniff_end wan
	[ -z "${SNIFF_doll:-}" ] || sniff_end doll
	_ages=$("$PY" "$NET/age.py" ages "$TMP/wan.pcap" "$TMP/doll.pcap" \
	    "${1:-200}") ||
	    fail "nothing was delivered"
	echo "$_ages"
	eval "$_ages"
}

# SPDX-License-Identifier: ISC
# For tests of the loop guard; sourced after lib.sh.

LOOP='the session itself is captured, a loop'

# counted FILE REGEX: prints how many lines of $TMP/FILE match.
counted() { grep -cE -- "$2" "$TMP/$1" || true; }

# wan_quiet: G sends almost nothing on wan for two seconds.
wan_quiet() {
	_then=$(counter "$G" wan tx_bytes)
	sleep 2
	_grown=$(($(counter "$G" wan tx_bytes) - _then))
	[ "$_grown" -lt 3000 ] || fail "G sent $_grown bytes in two idle seconds"
}

# loop_found LOG N: pings start a loop, until the guard logs it for the Nth
# time.  That takes 4 seconds.  But if this machine stops for --max-delay, all
# frames of the loop are discarded and it ends; the next ping starts it again.
loop_found() {
	wait_for 20 "in_R ping -c 1 -W 1 10.9.0.1 >/dev/null
	    [ \$(counted $1 '$LOOP') -ge $2 ]" 'the loop was not found'
}

# loop_held LOG [N]: the guard finds the loop and names both remedies.  Then the
# wire is silent, the gateway answers, both processes and their session live.
loop_held() {
	_times=${2:-1}
	loop_found "$1" "$_times"
	said "$1" "$LOOP" | tail -n 1 | grep -q -e '-M.*-f' ||
	    fail 'the line names no remedy'
	said "$1" "$LOOP" | tail -n 1 | grep -q 'next test is in [0-9]* s' ||
	    fail 'the line says not when it is tried again'
	wan_quiet
	[ "$(counted "$1" "$LOOP")" = "$_times" ] || fail 'the line came again'
	pings "$R" 10.9.0.1
	alive "$MASTER" || fail 'the master has ended'
	carrier || fail 'the session has ended'
	[ "$(counted "$1" 'session ended')" = 0 ] || fail 'the session ended'
}

# value FILE KEY: prints the newest value in $TMP/FILE, written by SIGUSR1.
value() { sed -n "s/^$2=//p" "$TMP/$1" | tail -n 1; }

# stats: makes both ends write their counters again.
stats() {
	for _end in "slave.log $SLAVE" "master.log $MASTER"; do
		_blocks=$(counted "${_end% *}" '^round_trip')
		kill -USR1 "${_end#* }"
		wait_for 5 "[ \$(counted ${_end% *} '^round_trip') -gt $_blocks ]" \
		    'no counters'
	done
}

# settled: whether each frame sent up has reached the doll or was too late.
settled() {
	stats
	[ "$(value slave.log up_frames)" = $(($(value master.log down_frames) + \
	    $(value master.log late))) ]
}

# quiet TESTS FRAMES: the slave (with -d) has made "some" tests or "no" test; it
# found no loop; at least FRAMES frames went up, and none was lost between the
# interface and the doll.
quiet() {
	_tests=$(counted slave.log 'loop\? test begins')
	case $1,$_tests in
	some,0) fail 'nothing was tested' ;;
	no,0 | some,*) ;;
	*) fail "$_tests tests of what cannot be a loop" ;;
	esac
	wait_for 5 "[ \$(counted slave.log 'loop\? no') = $_tests ]" \
	    'a test does not end'
	[ "$(counted slave.log "$LOOP")" = 0 ] || fail 'a loop, where there is none'
	wait_for 10 settled 'frames are missing on the doll'
	[ "$(value slave.log up_frames)" -ge "$2" ] ||
	    fail "$(value slave.log up_frames) frames were captured, not $2"
	[ "$(value slave.log dropped_by_kernel)" = 0 ] ||
	    fail "$(value slave.log dropped_by_kernel) frames were lost"
}

#!/bin/sh
# SPDX-License-Identifier: ISC
# System calls of relay and helper fail as kernels let them fail (faults.c),
# while frames flow, the interface changes and sessions end.  No frame is
# altered, doubled or reordered.  When the faults stop, frames flow again by
# themselves, and nothing runs busy.  A process may end only with a line that
# names the error.  By hand, 40 s: SEEDS: how many seeds (3); RATE: one call in so
# many fails (30).
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master) puppet0
#     numbered                                                  numbered
. "$(dirname "$0")/../net/lib.sh"
. "$NET/lib-numbered.sh"

need "${CC:-cc}"
"${CC:-cc}" -std=gnu11 -O1 -shared -fPIC -o "$TMP/faults.so" \
    "$HERE/faults.c" -ldl || fail 'tests/faults does not build'
numbered_build
CONTROL=$TMP/control
# faults 0|1: in place, since the file is mapped
faults() { printf "$1" | dd of="$CONTROL" conv=notrunc 2>/dev/null; }
cpu() { sed 's/^.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }
ERRORS='Interrupted|temporarily|No buffer|Cannot allocate|Input/output|Too many open|reset by peer|timed out|aborted'

# with_faults WHO COMMAND...
with_faults() {
	_who=$1
	shift
	set -- env LD_PRELOAD="$TMP/faults.so" FAULTS_SEED="$SEED" \
	    FAULTS_RATE="$RATE" FAULTS_WHO="$_who" FAULTS_CONTROL="$CONTROL" \
	    ASAN_OPTIONS=verify_asan_link_order=0 "$@"
	START="$*"
}
# begun NAME: it lives, or has ended with a reason and is started again
begun() {
	eval "_pid=\$P_$1"
	alive "$_pid" && return
	_st=0
	wait "$_pid" || _st=$?
	[ "$_st" = 1 ] || fail "seed $SEED: $1 ended with status $_st"
	tail -n 3 "$TMP/$1.log" | grep -qE "$ERRORS|helper process" ||
	    fail "seed $SEED: $1 ended without a reason"
	ENDED=$((ENDED + 1))
	begin "$1"
}
begin() {
	case $1 in
	slave) with_faults "$WHO" "$EP" -s 10.8.0.1:1234 -i wan -D 2000; H=$G ;;
	master) with_faults "$WHO" "$EP" -m -u -C -c 10.8.0.1:1234 -D 2000; H=$M ;;
	esac
	# shellcheck disable=SC2086
	start "$1" "$H" $START
	eval "P_$1=\$PID"
}
# flows: a frame comes each way
flows() {
	ip netns exec "$M" arping -q -c 1 -w 1 -I puppet0 10.9.0.2
}

need arping
topo
RATE=${RATE:-30} ENDED=0 SAID=0 FRAMES=0
for SEED in $(seq "${SEEDS:-3}"); do
	for WHO in 1 2; do
		faults 0
		begin slave
		wait_listen "$G" 1234
		begin master
		wait_session
		doll_address
		count up "$M" puppet0 $FROM_R
		count down "$R" wan $FROM_DOLL
		faults 1
		send_start up_send "$R" wan $FROM_R -r 1000 -t 3
		send_start down_send "$M" puppet0 $FROM_DOLL -r 1000 -t 3
		for _n in 1 2 3 4 5 6; do
			ip -n "$G" link set wan mtu $((1500 - 4 * _n))
			ip -n "$G" addr add 10.9.1.$_n/24 dev wan
			[ $((_n % 3)) != 0 ] || kill -USR1 "$P_slave" "$P_master" || :
			"$PY" -c 'import time; time.sleep(0.4)'
		done
		ip -n "$G" link set wan mtu 1500
		ip -n "$G" addr flush dev wan
		ip -n "$G" addr add 10.9.0.1/24 brd + dev wan
		faults 0
		wait "$SEND_up_send" "$SEND_down_send" || :
		_ended=$ENDED
		begun slave
		begun master
		if [ "$ENDED" != "$_ended" ]; then # it may be another doll
			wait_session 45
			doll_address
		fi
		wait_for 45 flows "seed $SEED, $WHO: frames do not flow any more"
		_then=$(($(cpu "$P_slave") + $(cpu "$P_master")))
		"$PY" -c 'import time; time.sleep(1)'
		_used=$(($(cpu "$P_slave") + $(cpu "$P_master") - _then))
		[ "$_used" -le $((15 * SLOW)) ] || fail "seed $SEED: busy: $_used"
		if [ "$ENDED" = "$_ended" ]; then
			count_end up
			count_end down
			FRAMES=$((FRAMES + up_frames + down_frames))
		else
			stop "$COUNT_up"
			stop "$COUNT_down"
		fi
		SAID=$((SAID + $(cat "$TMP/slave.log" "$TMP/master.log" | grep -cE "$ERRORS" || :)))
		stop "$P_master"
		stop "$P_slave"
	done
done
echo "$ENDED processes ended with a reason; $SAID lines name errors"
[ "$FRAMES" -gt 1000 ] || fail "only $FRAMES frames"
[ "$SAID" -gt 0 ] || fail 'nobody noticed a fault'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# 10 million random bytes, and every prefix of a valid session with an end of
# file after it, in each dialect, to a slave and to a master that listen: no
# crash, no leak, no hang.  The program is a build with AddressSanitizer and
# UBSan, $ETHERPUPPET_ASAN or build/asan/etherpuppet.
#
#   G (slave, and its bad peers on lo)      M (master, and its bad peers on lo)
. "$(dirname "$0")/lib.sh"

ASAN=${ETHERPUPPET_ASAN:-build/asan/etherpuppet}
[ -x "$ASAN" ] || skip "no $ASAN: make a build with AddressSanitizer"
EP=$(realpath "$ASAN")
# a relay has no rights to look for its leaks at its end; unit tests do
export ASAN_OPTIONS=detect_leaks=0:exitcode=99:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1

# attack HOST ROLE: all dialects, one after the other
attack() {
	for dialect in native 0.3 0.4; do
		for what in prefixes "random ${BYTES:-10000000} 2025"; do
			# shellcheck disable=SC2086
			in_"$1" "$PY" "$NET/hostile.py" 127.0.0.1 1234 "$2" \
			    $dialect $what || return 1
		done
	done >"$TMP/$2.attack" 2>&1
}

# serves HOST ROLE OUR-ROLE: one good session, after all that
serves() {
	native "good_$2" "$1" connect 127.0.0.1 1234 preamble \
	    "hello:role=$3,link=1" ping:1 want:PONG close
	wait_exit "$NATIVE" 20
	[ "$STATUS" = 0 ] || fail "the $2 serves nobody any more"
}

# ended PID ROLE: at SIGTERM, without a complaint
ended() {
	stop "$1"
	[ "$STATUS" = 0 ] || fail "the $2 ended with status $STATUS"
}

topo
slave -s 127.0.0.1:1234 -i wan -B
master -m -u -s 127.0.0.1:1234
wait_listen "$G" 1234
wait_listen "$M" 1234
attack G slave &
ATTACK=$!
PIDS="$PIDS $ATTACK"
attack M master || fail "the master: $(tail -n 1 "$TMP/master.attack")"
STATUS=0
wait "$ATTACK" || STATUS=$?
[ "$STATUS" = 0 ] || fail "the slave: $(tail -n 1 "$TMP/slave.attack")"
for role in slave master; do
	[ "$(grep -c ' prefixes$' "$TMP/$role.attack")" = 3 ] || fail "$role: short"
	[ "$(grep -c ' random bytes ' "$TMP/$role.attack")" = 3 ] ||
	    fail "$role: short"
done
serves "$G" slave master
serves "$M" master slave
ended "$SLAVE" slave
ended "$MASTER" master
ok

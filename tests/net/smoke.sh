#!/bin/sh
# tests/smoke, which wants no other host, in a host of its own; twice, as what
# one run leaves is in the other's way, and as this host may have some of the
# addresses itself.
#
#   M: smoke == puppet0 == slave ==127.0.0.1== master == puppet1 == smoke
. "$(dirname "$0")/lib.sh"

host "$M" ipv6
for own in 10.9.0.1/24 192.0.2.2/24; do
	ip -n "$M" addr add "$own" dev lo
	start smoke "$M" env TMPDIR="$TMP" build/smoke "$EP"
	wait_exit "$PID" 120
	grep '^skip' "$TMP/smoke.log" || true
	[ "$STATUS" = 0 ] || fail "$(grep '^FAIL' "$TMP/smoke.log")"
	grep -q ' 0 failed, ' "$TMP/smoke.log" || fail 'no closing line'
	ip -n "$M" link show type tun >"$TMP/left" && [ ! -s "$TMP/left" ] ||
	    fail "left: $(cat "$TMP/left")"
done
ok

# SPDX-License-Identifier: ISC
# For tests of changes that the doll must follow; sourced after lib.sh.

ms() { echo $(($(date +%s%N) / 1000000)); }

# within MS CONDITION MESSAGE: CONDITION must become true in this time; prints
# the time.  The time of the last evaluation does not count.
within() {
	_from=$(ms)
	wait_for $(($1 / 1000 + 2)) "_look=\$(ms); $2" "$3"
	_took=$((_look - _from))
	echo "$_took ms: $3"
	[ "$_took" -le $(($1 * SLOW)) ] || fail "$3: only after $_took ms"
}

# off: the doll has lost its carrier.  The kernel may show NO-CARRIER up to a
# second later (net/core/link_watch.c).
off() { ! carrier; }

# look HOST IFACE: prints MAC, MTU and addresses of an interface.
look() {
	ip -n "$1" -o link show dev "$2" 2>/dev/null |
	    sed -n 's/.* \(mtu [0-9]*\) .*link\/ether \([0-9a-f:]*\) .*/\1 \2/p'
	ip -n "$1" -o addr show dev "$2" 2>/dev/null |
	    sed -n 's/.* \(inet6\{0,1\} .*\) scope \([a-z]*\) .*/\1 \2/p' | sort
}

# alike: the doll has the real interface's MAC, MTU and addresses.
alike() {
	look "$G" "${REAL:-wan}" >"$TMP/real.look"
	look "$M" "$DOLL" >"$TMP/doll.look"
	[ -s "$TMP/real.look" ] && cmp -s "$TMP/real.look" "$TMP/doll.look"
}

# follows ARGS...: runs ip(8) with these in G; the doll must follow in a second.
follows() {
	look "$G" "${REAL:-wan}" >"$TMP/before.look"
	[ -s "$TMP/before.look" ] || fail "${REAL:-wan} cannot be seen"
	ip -n "$G" "$@"
	within 1000 alike "$*"
	! cmp -s "$TMP/before.look" "$TMP/real.look" || fail "$*: changed nothing"
}

# one_session: both sides are still in their first session.
one_session() {
	for _who in master slave; do
		unsaid $_who.log 'session ended' || fail 'the session did not survive'
	done
}

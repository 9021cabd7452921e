# SPDX-License-Identifier: ISC
# For tests of -x; sourced after lib.sh.

# hears [FROM [ADDRESS]]: the gateway answers a ping again, within 5 seconds.
hears() {
	wait_for 5 "ip netns exec ${1:-$R} ping -n -c 1 -W 1 ${2:-10.9.0.1} \
	    >'$TMP/ping.log' 2>&1" 'the gateway does not hear'
}

# deaf [FROM [ADDRESS]]: the gateway answers none of three pings.
deaf() {
	ip netns exec "${1:-$R}" ping -n -c 3 -i 0.2 -W "$SLOW" \
	    "${2:-10.9.0.1}" >"$TMP/ping.log" 2>&1 || true
	grep -q '^3 packets transmitted, 0 received' "$TMP/ping.log" ||
	    fail "the gateway hears: $(tail -n 2 "$TMP/ping.log")"
}

# nothing_left: no chain of nftables drops frames.
nothing_left() {
	in_G nft list tables >"$TMP/tables" || fail 'nft list tables'
	[ ! -s "$TMP/tables" ] || fail "left: $(cat "$TMP/tables")"
}

# pair_known [SLAVE-ARGS [MASTER-ARGS]]: as pair, but the slave connects: so it
# knows its peer, which may ask for -x.
pair_known() {
	# shellcheck disable=SC2086
	master -m -u -s 1234 ${2:-}
	wait_listen "$M" 1234
	# shellcheck disable=SC2086
	slave -c 10.8.0.2:1234 -i wan ${1:-}
	wait_session
}

need nft
ip netns add "epX$$" 2>/dev/null || skip 'no network namespaces here'
HOSTS="$HOSTS epX$$"
ip netns exec "epX$$" nft add table netdev t 2>"$TMP/nft.log" ||
    skip 'no nftables with an ingress hook in this kernel'

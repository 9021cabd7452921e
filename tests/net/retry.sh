#!/bin/sh
# SPDX-License-Identifier: ISC
# A connection that fails or ends is tried again after 1 s, then 2, 4, ... s,
# with one line each time.  After a good session the pauses begin with 1 s
# again.  The doll stays, without a carrier.
#
#   R --wan-- G (slave, later) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

# stamped: prefixes each line with the time since the start of the system
stamped() {
	while IFS= read -r line; do
		read -r now _ </proc/uptime
		echo "$now $line"
	done
}

# tries: prints how many lines announce a try
tries() { grep -c 'next try' "$TMP/times" || true; }

topo
mkfifo "$TMP/pipe"
stamped <"$TMP/pipe" >"$TMP/times" &
ip netns exec "$M" "$EP" -m -u -C -c 10.8.0.1:1234 2>"$TMP/pipe" &
MASTER=$!
PIDS="$PIDS $MASTER"
wait_for 20 "[ \$(tries) -ge 4 ]" "no four tries"
ip -n "$M" link show puppet0 >/dev/null || fail "no doll while trying"
sed 's/^[0-9.]* //' "$TMP/times" | grep 'next try' | head -n 4 \
    >"$TMP/lines"
says retry "\
etherpuppet: 10.8.0.1:1234: Connection refused; next try in 1 s
etherpuppet: 10.8.0.1:1234: Connection refused; next try in 2 s
etherpuppet: 10.8.0.1:1234: Connection refused; next try in 4 s
etherpuppet: 10.8.0.1:1234: Connection refused; next try in 8 s" \
    "$(cat "$TMP/lines")"
grep 'next try' "$TMP/times" | awk -v slow="$SLOW" '
	NR > 1 && ($1 - last < want - 0.3 || $1 - last > want + 2 * slow) {
		print "try", NR, "came after", $1 - last, "s"; bad = 1 }
	NR > 1 { want *= 2 } NR == 1 { want = 1 } { last = $1 }
	END { exit bad }' || fail "other pauses than 1, 2, 4 s"

slave -s 1234 -i wan
wait_session 15
ip -n "$M" link show puppet0 | head -n 1 | cut -d: -f1 >"$TMP/index"
stop "$SLAVE"
wait_for 10 no_carrier "the doll kept its carrier"
[ "$(ip -n "$M" link show puppet0 | head -n 1 | cut -d: -f1)" = \
    "$(cat "$TMP/index")" ] || fail "the doll is another interface"
says again 'next try in 1 s' "$(sed -n 's/.*; \(next try\)/\1/p' \
    "$TMP/times" | sed -n 5p)"
slave -s 1234 -i wan
wait_session 15
refusals_end

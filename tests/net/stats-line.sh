#!/bin/sh
# SPDX-License-Identifier: ISC
# -t on a terminal draws one line, which is rewritten in place, never wrapped,
# and cleared for messages and at the end.  Elsewhere it writes a new line each
# time.  The rates are those of the frames that were sent.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master on a terminal)
#     50 frames of 1000 bytes
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

# seen COLUMNS: writes what the terminal has shown to $TMP/seen
seen() {
	"$PY" "$NET/terminal.py" show "$TMP/master.log" "$1" >"$TMP/seen" ||
	    fail "the terminal is garbled: $(grep BAD "$TMP/seen")"
}

# drawn REGEX: prints how many rewritten lines begin with this
drawn() { grep -cE "^now $1" "$TMP/seen" || :; }

line=' up 0/s 0b down [0-9]+/s [0-9.]+k?b drop 0 [0-9.]+[mu]s [0-9m]+s$'

# sum SED: prints the sum of the numbers that sed finds in $TMP/seen
sum() { sed -n "$1" "$TMP/seen" | awk '{ n += $1 } END { print n + 0 }'; }

# near N SUM BEFORE: SUM is about N more than BEFORE: numbers are rounded, and
# seconds differ
near() { awk "BEGIN { n = $2 - $3; exit !(n > 0.94 * $1 && n < 1.06 * $1) }"; }

# rated: sends 50 frames; the rates of the next lines must add up to them
rated() {
	_frames=$(sum "$FRAMES") _bits=$(sum "$BITS") _n=$(drawn "$LINE")
	say fifty "$R" wan
	wait_for 10 "seen 80; [ \$(drawn '$LINE') -ge $((_n + 3)) ]" \
	    'no line was drawn'
	near 50 "$(sum "$FRAMES")" "$_frames" && near 400 "$(sum "$BITS")" "$_bits"
}

on_terminal() {	# COLUMNS MASTER-ARGS...
	_columns=$1
	shift
	start master "$M" "$PY" "$NET/terminal.py" run "$_columns" "$EP" "$@"
	MASTER=$PID
}

topo
speech fifty 02:00:00:09:00:64 50x1000
slave -s 1234 -i wan -t 1
wait_listen "$G" 1234

on_terminal 80 -m -u -C -r -t 1 -c 10.8.0.1:1234
wait_session
LINE="puppet0 10.8.0.1:1234$line"
FRAMES='s/^now .* down \([0-9]*\)\/s .*/\1/p'
BITS='s/^now .* down .*\/s \([0-9.]*\)kb .*/\1/p'
# the first line, whose second is longer: the program starts in it
wait_for 10 'seen 80; [ $(drawn "$LINE") -ge 1 ]' 'no line was drawn'
# three tries: a line may be late when this machine is busy
rated || rated || rated || fail "other rates than 50 and 400k: $(cat "$TMP/seen")"

# messages and counters come on lines of their own, and then the line again
kill -USR1 "$MASTER"
wait_for 5 'seen 80; grep -q "^line peer_refused_reason=$" "$TMP/seen"' \
    'no counters on the terminal'
kill "$SLAVE"
wait_for 10 'seen 80
    [ $(drawn "puppet0 no session up 0/s 0b down 0/s 0b drop 0 - [0-9m]+s$") -ge 2 ]' \
    'no line without a session'
grep -q '^line etherpuppet: 10.8.0.1:1234: session ended' "$TMP/seen" ||
    fail "the message is missing"
! grep '^line ' "$TMP/seen" | grep -vE '^line (etherpuppet: .*|[a-z_]+=.*)$' ||
    fail "a line was left behind"
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
seen 80
[ "$(tail -n 1 "$TMP/seen")" = 'now ' ] || fail "the line was left at the end"

# the slave has no terminal and writes complete lines
grep -qE '^etherpuppet: wan 10\.8\.0\.2 port [0-9]+ up [1-9][0-9]*/s .* s?[0-9]+s$' \
    "$TMP/slave.log" || fail "the slave's lines: $(grep ' up ' "$TMP/slave.log")"
[ "$(grep -c ' up .* down ' "$TMP/slave.log")" -ge 4 ] || fail "too few lines"

# a narrow terminal, and one too narrow for the numbers; then a long name of the
# peer, which is cut
slave -s 1234 -i wan
wait_listen "$G" 1234
for columns in 40 12; do
	on_terminal $columns -m -u -C -r -t 1 -c 10.8.0.1:1234
	wait_session
	wait_for 10 "seen $columns; [ \$(drawn puppet0) -ge 3 ]" \
	    "no line in $columns columns"
	stop "$MASTER"
	wait_log slave.log 'the process there has ended'
done
on_terminal 80 -m -u -C -r -t 1 -e "ip netns exec $G $EP -B -i wan -s - 2>$TMP/slave.log"
wait_session
wait_for 10 'seen 80; [ $(drawn "puppet0 ip netns ex.*$line") -ge 3 ]' \
    'the numbers are not all there'
stop "$MASTER"

# no line is drawn before HELLO: the command may ask for a password
on_terminal 80 -m -t 1 -e 'echo asks >&2; read answer; exit 3'
wait_for 10 'seen 80; grep -q asks "$TMP/seen"' 'the command did not ask'
read -r begin _ </proc/uptime
wait_for 4 "read -r now _ </proc/uptime; [ \${now%.*} -ge $((${begin%.*} + 3)) ]"
seen 80
[ "$(drawn puppet0)" = 0 ] || fail "a line was drawn over a question"
ok

# SPDX-License-Identifier: ISC
# For floods of one kind of message; sourced after lib.sh.  SIDE is the host of
# the program under test, PROGRAM its arguments but for -c.

PEER_IP=10.8.0.2

# floods DIALECT ROLE KIND [LINES]: a peer of this role floods the program,
# which must still carry frames, end within a second after SIGTERM, and log few
# lines.
floods() {
	_what="$1 $3"
	start flood "$FLOODER" "$PY" "$NET/flood.py" "$1" "$2" "$3" $PEER_IP 1234
	_flood=$PID
	wait_log flood.log LISTENING
	_legacy=
	[ "$1" = native ] || _legacy="-L $1"
	# shellcheck disable=SC2086
	start program "$SIDE" "$EP" $PROGRAM $_legacy -c $PEER_IP:1234
	_program=$PID
	wait_log flood.log FRAME 15
	# of flood; parameters are set, and may be logged, ten times a second
	case $3 in params) sleep 3 ;; *) sleep 0.5 ;; esac
	alive "$_program" || fail "$_what: it has ended"
	kill "$_program"
	_began=$(date +%s%N)
	wait_exit "$_program" 30
	_ms=$((($(date +%s%N) - _began) / 1000000))
	_lines=$(wc -l <"$TMP/program.log")
	echo "$_what: SIGTERM took $_ms ms, $_lines lines"
	[ "$STATUS" = 0 ] || fail "$_what: exit status $STATUS"
	[ "$_ms" -lt $((1000 * SLOW)) ] || fail "$_what: SIGTERM took $_ms ms"
	[ "$_lines" -le "${4:-15}" ] || fail "$_what: a log of $_lines lines"
	wait_exit "$_flood" 5
}

# floods_all ROLE: floods with each kind of message
floods_all() {
	for kind in hello params ping pong stats pad mark skip deep; do
		floods native "$1" $kind
	done
	for dialect in 0.3 0.4; do
		for kind in commands broken; do
			floods $dialect "$1" $kind
		done
	done
}

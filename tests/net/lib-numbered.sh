# SPDX-License-Identifier: ISC
# For tests that count every frame; sourced after lib.sh and lib-stats.sh.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master) puppet0
#     numbered                                                  numbered

FROM_R=02:00:00:09:00:64 FROM_DOLL=02:00:00:09:00:65 NOBODY=02:00:00:09:00:c8

# numbered_build: builds tests/numbered as $TMP/numbered
numbered_build() {
	need "${CC:-cc}"
	"${CC:-cc}" -O2 -o "$TMP/numbered" "$NET"/../numbered/*.c ||
	    fail 'tests/numbered does not build'
}

# count NAME HOST IFACE MAC [ARGS...]: begins to count frames of this MAC; sets
# COUNT_NAME to the pid.
count() {
	_n=$1 _h=$2 _if=$3 _mac=$4
	shift 4
	start "$_n" "$_h" "$TMP/numbered" count -i "$_if" -s "$_mac" "$@"
	eval "COUNT_$_n=\$PID"
	wait_log "$_n.log" '^counting'
}

# count_end NAME: ends it and sets NAME_frames, NAME_again, ... of its result.
count_end() {
	eval "stop \"\$COUNT_$1\""
	[ "$STATUS" = 0 ] || fail "numbered count ($1): exit status $STATUS"
	_result=$(tail -n 1 "$TMP/$1.log")
	echo "$1: $_result"
	for _word in $_result; do eval "$1_$_word"; done
	for _kind in again partial altered; do
		eval "_bad=\$${1}_$_kind"
		[ "$_bad" = 0 ] || fail "$1: $_bad frames or records $_kind"
	done
}

# send_start NAME HOST IFACE MAC ARGS...: starts to send; sets SEND_NAME to the
# pid
send_start() {
	_n=$1 _h=$2 _if=$3 _mac=$4
	shift 4
	start "$_n" "$_h" "$TMP/numbered" send -i "$_if" -s "$_mac" \
	    -d $NOBODY "$@"
	eval "SEND_$_n=\$PID"
}

# send_end NAME: waits for it and sets NAME_sent, NAME_refused, ...
send_end() {
	eval "wait_exit \"\$SEND_$1\" 20"
	[ "$STATUS" = 0 ] || fail "numbered send ($1): exit status $STATUS"
	_result=$(cat "$TMP/$1.log")
	echo "$1: $_result"
	for _word in $_result; do eval "$1_$_word"; done
}

# settled: waits until no frame comes on the doll or R: six looks are alike.
settled() {
	_last='' _same=0
	wait_for 20 '_new="$(counter "$M" puppet0 rx_packets) $(counter "$R" wan rx_packets)"
	    [ "$_new" = "$_last" ] && _same=$((_same + 1)) || _same=0
	    _last=$_new; [ "$_same" -ge 6 ]' 'frames come for ever'
}

# sum NAME KEY...: prints the sum of counters in the last block of NAME
sum() {
	_block=$1 _sum=0
	shift
	for _key; do _sum=$((_sum + $(value "$_block" "$_key"))); done
	echo $_sum
}

# SPDX-License-Identifier: ISC
# For tests of the counters; sourced after lib.sh.

# block NAME: asks the process of this log for its counters, and leaves them in
# $TMP/NAME.block.
block() {
	eval "_pid=\$$(echo "$1" | tr '[:lower:]' '[:upper:]')"
	_n=$(grep -c '^peer_refused_reason=' "$TMP/$1.log") || :
	kill -USR1 "$_pid"
	wait_for 5 "[ \$(grep -c '^peer_refused_reason=' '$TMP/$1.log') -gt $_n ]" \
	    "$1 shows no counters"
	tac "$TMP/$1.log" | sed '/^doll=/q' | tac >"$TMP/$1.block"
}

# value NAME KEY: from the last block of it.
value() { sed -n "s/^$2=//p" "$TMP/$1.block"; }

# is NAME KEY VALUE: in the last block of it.
is() {
	[ "$(value "$1" "$2")" = "$3" ] ||
	    fail "$1: $2 is $(value "$1" "$2"), not $3"
}

# becomes NAME KEY VALUE: within the two seconds that a change needs to get
# from one side to the other, and the frames in front of it.
becomes() {
	wait_for 3 "block $1; [ \"\$(value $1 $2)\" = '$3' ]" || :
	is "$1" "$2" "$3"
}

# speech NAME SMAC COUNTxSIZE[:TYPE]...: a capture file $TMP/NAME.pcap of frames
# that nobody answers.
speech() {
	"$PY" - "$NET" "$TMP/$1.pcap" "$2" "$3" ${4:+"$4"} ${5:+"$5"} <<-'end'
	import sys
	sys.path.insert(0, sys.argv[1])
	import pcap
	frames = []
	for word in sys.argv[4:]:
	    size, _, kind = word.partition(":")
	    count, _, size = size.partition("x")
	    head = pcap.mac("020000000077") + pcap.mac(sys.argv[3])
	    head += bytes.fromhex(kind or "88b5")
	    frames += [head.ljust(int(size), b"\x5a")] * int(count)
	pcap.write(sys.argv[2], frames)
	end
}

# say NAME HOST IFACE: sends it.
say() { ip netns exec "$2" "$PY" "$NET/pcap.py" send "$3" "$TMP/$1.pcap"; }

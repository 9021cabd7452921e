# SPDX-License-Identifier: ISC
# For tests of the counters; sourced after lib.sh.

# block NAME: makes the process of this log write its counters, and puts them
# into $TMP/NAME.block.
block() {
	eval "_pid=\$$(echo "$1" | tr '[:lower:]' '[:upper:]')"
	_n=$(grep -c '^peer_refused_reason=' "$TMP/$1.log") || :
	kill -USR1 "$_pid"
	wait_for 5 "[ \$(grep -c '^peer_refused_reason=' '$TMP/$1.log') -gt $_n ]" \
	    "$1 shows no counters"
	tac "$TMP/$1.log" | sed '/^doll=/q' | tac >"$TMP/$1.block"
}

# value NAME KEY: prints a value from the last block of NAME.
value() { sed -n "s/^$2=//p" "$TMP/$1.block"; }

# is NAME KEY VALUE: the last block of NAME must have this value.
is() {
	[ "$(value "$1" "$2")" = "$3" ] ||
	    fail "$1: $2 is $(value "$1" "$2"), not $3"
}

# becomes NAME KEY VALUE: the value must appear within two seconds, the time of
# a change, and of the frames before it, from one side to the other.
becomes() {
	wait_for 3 "block $1; [ \"\$(value $1 $2)\" = '$3' ]" || :
	is "$1" "$2" "$3"
}

# speech NAME SMAC COUNTxSIZE[:TYPE]...: writes frames that no host answers into
# a capture file $TMP/NAME.pcap.
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

# say NAME HOST IFACE: sends the frames of this file.
say() { ip netns exec "$2" "$PY" "$NET/pcap.py" send "$3" "$TMP/$1.pcap"; }

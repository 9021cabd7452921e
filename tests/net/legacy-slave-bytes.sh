#!/bin/sh
# SPDX-License-Identifier: ISC
# Our slave says the old dialects byte for byte: greeting, link type, commands,
# frames; to a 0.4 and a 0.3 master, listening and connecting.  A frame that
# would break a 0.3 is left out.
#
#   R wan ---- wan G (slave) ctl ---- ctl M (a script as master)
. "$(dirname "$0")/lib.sh"

hexa() { printf "$1" | od -An -v -tx1 | tr -d ' \n'; }
zero() { printf "%0$((2 * $1))d" 0; }

# what 0.4 says of G's wan, MTU 9000: 32-byte records, numbers big-endian
name=$(hexa 'wan')$(zero 13)
commands_04() {
	echo "command 800100008924${name}0001020000090001$(zero 8)"
	echo "command 800100008922${name}2328$(zero 14)"
	echo "command 800100008916${name}000200000a090001$(zero 8)"
	echo "command 800100008918${name}000200000a090001$(zero 8)"
	echo "command 80010000891a${name}000200000a0900ff$(zero 8)"
	echo "command 80010000891c${name}00020000ffffff00$(zero 8)"
	echo 'command 8002'
}
# and 0.3: struct ifreq of a little-endian 64-bit host
commands_03() {
	echo "command 800124890000${name}0100020000090001$(zero 16)"
	echo "command 800122890000${name}2823$(zero 22)"
	echo "command 800116890000${name}020000000a090001$(zero 16)"
	echo "command 800118890000${name}020000000a090001$(zero 16)"
	echo "command 80011a890000${name}020000000a0900ff$(zero 16)"
	echo "command 80011c890000${name}02000000ffffff00$(zero 16)"
}

# a frame of 60 bytes from R, one that is too large, and again a small one
"$PY" - "$TMP" <<'END'
import sys
sys.path.insert(0, "tests/net")
import pcap
head = pcap.mac("0200000900c8020000090064") + b"\x88\xb5"
small, large = head + bytes(46), head + bytes(4000)
pcap.write(sys.argv[1] + "/small.pcap", [small])
pcap.write(sys.argv[1] + "/both.pcap", [large, small])
print((len(small) + 2).to_bytes(2, "big").hex() + "88b5" + small.hex(),
      file=open(sys.argv[1] + "/record", "w"))
END
topo
ip -n "$R" link set wan mtu 9000
ip -n "$G" link set wan mtu 9000
offloads off

speak() {	# DIALECT HOW
	: >"$TMP/want"
	if [ "$2" = listen ]; then
		start peer "$M" "$PY" "$NET/legacy_peer.py" master "$1" \
		    little 40 listen 10.8.0.2 1234
		wait_listen "$M" 1234
		slave -c 10.8.0.2:1234 -L "$1" -i wan
		echo "greeting 1337010${1#0.}" >"$TMP/want"
	else
		slave -s 1234 -i wan
		wait_listen "$G" 1234
		start peer "$M" "$PY" "$NET/legacy_peer.py" master "$1" \
		    little 40 connect 10.8.0.1 1234
	fi
	peer=$PID
	echo 'linktype 0001' >>"$TMP/want"
	if [ "$1" = 0.3 ]; then commands_03; else commands_04; fi >>"$TMP/want"
	n=$(wc -l <"$TMP/want")
	wait_for 10 "[ \$(wc -l <'$TMP/peer.log') -ge $n ]" "$1: too few words"
	diff "$TMP/want" "$TMP/peer.log" || fail "$1 ($2): other bytes"

	sniff wan "$G" wan
	for file in small both; do
		in_R "$PY" "$NET/pcap.py" send wan "$TMP/$file.pcap"
		echo "frame $(cat "$TMP/record")" >>"$TMP/want"
	done
	n=$(wc -l <"$TMP/want")
	wait_for 10 "[ \$(wc -l <'$TMP/peer.log') -ge $n ]" "$1: no frame"
	diff "$TMP/want" "$TMP/peer.log" || fail "$1 ($2): other frames"
	# the script's own frame leaves unchanged
	wait_for 5 'tcpdump -xnr "$TMP/wan.pcap" "ether dst 02:00:00:09:00:02" \
	    2>/dev/null | grep -q "3839 3a3b 3c3d 3e3f"' 'its frame did not leave'
	len=$(tcpdump -enr "$TMP/wan.pcap" 'ether dst 02:00:00:09:00:02' \
	    2>/dev/null | sed -n 's/.*, length \([0-9]*\):.*/\1/p')
	[ "$len" = 78 ] || fail "its frame left with $len bytes"
	sniff_end wan
	stop "$peer"
	stop "$SLAVE"
}

speak 0.4 connect
speak 0.4 listen
speak 0.3 connect
speak 0.3 listen
ok

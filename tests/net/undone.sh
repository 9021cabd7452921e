#!/bin/sh
# SPDX-License-Identifier: ISC
# A peer sends unfinished frames that the master did not ask for.  An SCTP
# checksum is completed as CRC32c; segments of one byte are discarded and
# counted; with -G a large frame is cut all the same.
#
#   G (a script as slave) ---- ctl M (master): puppet0
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

# message sctp | tcp SIZE: prints a FRAME message in hexadecimal: an SCTP packet
# without its checksum, or 2000 bytes of TCP for segments of SIZE bytes
message() {
	"$PY" - "$NET" "$@" <<-'end'
	import struct, sys
	sys.path.insert(0, sys.argv[1])
	import pcap
	link = bytes.fromhex("0200000900010200000900020800")
	if sys.argv[2] == "sctp":
	    off = struct.pack(">BBHHHH", 1, 0, 46, 0, 34, 8)
	    body = struct.pack(">HHII", 5000, 5001, 0x01020304, 0) + bytes(20)
	    packet = pcap.ipv4(body, 132)
	else:
	    off = struct.pack(">BBHHHH", 1, 1, 54, int(sys.argv[3]), 34, 16)
	    pseudo = bytes([10, 9, 0, 100, 10, 9, 0, 200, 0, 6]) + \
	        struct.pack(">H", 2020)
	    body = struct.pack(">HHIIBBHHH", 5000, 5001, 1, 1, 0x50, 0x10, 1000,
	                       ~pcap.checksum(pseudo) & 0xFFFF, 0) + bytes(2000)
	    packet = pcap.ipv4(body, 6)
	body = off + link + packet
	print((struct.pack(">BBHI", 3, 1, 0, len(body)) + body).hex())
	end
}

# session NAME COUNT MASTER-OPTION... -- STEP...: the peer takes these steps;
# then COUNT frames of the doll are in $TMP/NAME.pcap
session() {
	_name=$1 _count=$2 _options=
	shift 2
	while [ "$1" != -- ]; do
		_options="$_options $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	master -m -u -c 10.8.0.1:1234 $_options
	wait_log master.log 'puppet0: made'
	ip -n "$M" link set puppet0 up
	sniff "$_name" "$M" puppet0
	native peer "$G" listen 10.8.0.1 1234 preamble \
	    'hello:role=slave,link=1,can=63,maxframe=65557,version=test' \
	    params:flags=3 want:HELLO "$@" serve:60
	wait_frames "$_name" "$_count"
	becomes master invalid 1
	kill "$NATIVE"
	stop "$MASTER"
	sniff_end "$_name"
	[ "$(frames "$_name")" = "$_count" ] || fail "$_name: $(frames "$_name") frames"
}

topo
session plain 2 -- "raw:$(message tcp 1)" "raw:$(message sctp)" \
    "raw:$(message tcp 1000)"
[ "$("$PY" "$NET/pcap.py" sctp "$TMP/plain.pcap")" = 1 ] ||
    fail "SCTP: $("$PY" "$NET/pcap.py" sctp "$TMP/plain.pcap" 2>&1)"
[ "$("$PY" "$NET/pcap.py" largest "$TMP/plain.pcap")" = 2054 ] ||
    fail 'the large frame did not come whole: the test shows nothing'

session cut 3 -G -- "raw:$(message tcp 1)" "raw:$(message sctp)" \
    "raw:$(message tcp 1000)"
[ "$("$PY" "$NET/pcap.py" sctp "$TMP/cut.pcap")" = 1 ] ||
    fail 'a wrong SCTP checksum with -G'
[ "$("$PY" "$NET/pcap.py" largest "$TMP/cut.pcap")" = 1054 ] ||
    fail 'a large frame came whole in spite of -G'
ok

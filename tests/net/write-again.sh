#!/bin/sh
# SPDX-License-Identifier: ISC
# A second session goes on in the same capture file, which stays one whole file.
# The interface's name in it is the first slave's, with control characters
# escaped.  A slave with frames of another link type is refused.
#
#   R wan ------ wan G (slaves) ctl ------ ctl M (master -w)
. "$(dirname "$0")/lib.sh"

need tshark
topo
file=$TMP/file.pcapng
start master "$M" "$EP" -m -c 10.8.0.1:1234 -w "$file"
MASTER=$PID
native odd "$G" listen 10.8.0.1 1234 preamble \
    "hello:role=slave,link=1,ifname=$(printf 'wan\033[2J\303\244')" want:HELLO close
wait_exit "$NATIVE" 10
for size in 111 222; do
	slave -s 1234 -i wan
	wait_for 20 "in_R ping -c 1 -W 1 -s $size 10.9.0.1 >/dev/null;
	    tshark -r '$file' -Y 'icmp.type == 0 && ip.len == $((size + 28))' \
		2>/dev/null | grep -q ." "no ping of $size bytes in the file"
	stop "$SLAVE"
done
native raw "$G" listen 10.8.0.1 1234 preamble hello:role=slave,link=101 \
    want:BYE end:5
wait_exit "$NATIVE" 30
[ "$STATUS" = 0 ] || fail 'raw IP frames were not refused'
grep -q 'BYE.*holds frames of another link type' "$TMP/raw.log" ||
    fail "another reason: $(grep BYE "$TMP/raw.log")"
stop "$MASTER"
tshark -r "$file" -Y 'icmp.type == 8' -T fields -e ip.len -e frame.interface_id \
    >"$TMP/pings" 2>"$TMP/tshark.log" || fail 'tshark finds the file broken'
[ "$(sort -u "$TMP/pings")" = "$(printf '139\t0\n250\t0')" ] ||
    fail "the file has: $(sort "$TMP/pings" | uniq -c)"
# tshark 4.4 writes each backslash twice
tshark -r "$file" -T fields -e frame.interface_name 2>/dev/null |
    sed 's/\\\\/\\/g' | sort -u >"$TMP/names.log"
[ "$(cat "$TMP/names.log")" = 'wan\x1b[2J\xc3\xa4' ] ||
    fail 'another name of the interface'
ok

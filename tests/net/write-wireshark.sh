#!/bin/sh
# SPDX-License-Identifier: ISC
# What Wireshark's tools find in a capture file: the real interface's name,
# directions, and the slave's times even if the master was stopped when the
# frames came; frames of 64 KB; and all frames until SIGINT.
#
#   R wan ------ wan G (slave) ctl ------ ctl M (master -w)
. "$(dirname "$0")/lib.sh"

need tshark capinfos tcpdump
topo
ip -n "$R" link set wan mtu 65535
ip -n "$G" link set wan mtu 65535
slave -s 1234 -i wan
wait_listen "$G" 1234
sniff wan "$G" wan icmp
file=$TMP/file.pcapng
start master "$M" "$EP" -m -c 10.8.0.1:1234 -f icmp -w "$file"
MASTER=$PID
wait_for 10 'in_R ping -c 1 -W 1 -s 11 10.9.0.1 >/dev/null;
    [ "$("$PY" "$NET/pcap.py" count "$file")" -gt 0 ]' 'no frame is in the file'
kill -STOP "$MASTER"
in_R ping -n -c 3 -i 0.3 -s 1000 10.9.0.1 >"$TMP/ping.log"
in_R ping -n -c 1 -s 65507 10.9.0.1 >>"$TMP/ping.log"
NOW=$(date +%s.%N)
kill -CONT "$MASTER"
wait_for 10 'in_R ping -c 1 -W 1 -s 22 10.9.0.1 >/dev/null;
    tcpdump -n -r "$file" greater 64 2>/dev/null | grep -q "length 65515"' \
    'the frame of 64 KB is not in the file'
kill -INT "$MASTER"
wait_exit "$MASTER" 5
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
sniff_end wan

# fields FILE FIELD...: prints these of the pings with 1000 bytes and with 64 KB
fields() {
	_file=$1
	shift
	tshark -r "$_file" -Y 'icmp && frame.len > 1000' -T fields \
	    $(printf -- '-e %s ' "$@") 2>"$TMP/tshark.log" ||
	    fail "tshark: $(cat "$TMP/tshark.log")"
}

fields "$file" frame.time_epoch frame.len ip.src ip.id >"$TMP/ours"
fields "$TMP/wan.pcap" frame.time_epoch frame.len ip.src ip.id >"$TMP/theirs"
[ "$(wc -l <"$TMP/ours")" = 8 ] || fail "frames: $(cat "$TMP/ours")"
# the times differ a little: slave and tcpdump have a socket each
"$PY" - "$TMP/ours" "$TMP/theirs" "$NOW" <<'end' || fail 'other frames or times'
import sys
ours, theirs = ([line.split() for line in open(name)] for name in sys.argv[1:3])
for one, other in zip(ours, theirs):
    print(one, other)
    assert one[1:] == other[1:]
    assert abs(float(one[0]) - float(other[0])) < 0.2
    assert float(one[0]) < float(sys.argv[3])
end
[ "$(fields "$file" frame.interface_name | sort -u)" = wan ] ||
    fail "interface: $(fields "$file" frame.interface_name | sort | uniq -c)"
[ "$(fields "$file" ip.src frame.packet_flags_direction | sort -u)" = \
    "$(printf '10.9.0.1\t0x00000002\n10.9.0.2\t0x00000001')" ] ||
    fail "directions: $(fields "$file" ip.src frame.packet_flags_direction)"
capinfos "$file" >"$TMP/capinfos.log" 2>&1 ||
    fail 'capinfos finds the file broken'
grep -q 'Time precision = nanoseconds' "$TMP/capinfos.log" ||
    fail 'the times are not in nanoseconds'
[ "$(stat -c %a "$file")" = 600 ] || fail 'other users may read the file'
ok

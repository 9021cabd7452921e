#!/bin/sh
# SPDX-License-Identifier: ISC
# A remote interface in the list of Wireshark's tools: tshark, as an ordinary
# user, captures on it through ssh, all of it and with a capture filter; with
# frames whole, their times and directions; and a stop is no error.
#
#   R wan ------ wan G (sshd, slave) ctl ------ ctl M (tshark, extcap, master)
. "$(dirname "$0")/lib.sh"

need tcpdump
topo
sshd_start "$G"
. "$NET/lib-extcap.sh"

# shellcheck disable=SC2086
in_M $NOBODY tshark -D >"$TMP/list.log" 2>&1
grep -qF 'etherpuppet (Remote interface (etherpuppet over ssh))' \
    "$TMP/list.log" || fail 'it is not in the list'
# shellcheck disable=SC2086
in_M $NOBODY tshark -i etherpuppet -L >"$TMP/types.log" 2>&1
grep -q 'EN10MB (Ethernet)' "$TMP/types.log" || fail 'it has no link type'

# ping_until NAME FILTER: pings until such a frame is in the file
ping_until() {
	wait_for 15 "in_R ping -c 1 -W 1 -s 777 10.9.0.1 >/dev/null;
	    [ \$(captured $1 '$2') -gt 0 ]" "$1 does not see: $2"
}

extcap all wan
ping_until all 'icmp.type == 0'
[ "$(captured all 'frame.interface_name == wan')" -gt 0 ] ||
    fail 'not under the name of the interface'
[ "$(captured all 'icmp.type == 0 && frame.packet_flags_direction == 2')" -gt 0 ] ||
    fail 'no direction'
[ "$(captured all 'tcp.port == 22')" = 0 ] || fail 'it sees its own ssh'
kill -INT "$CAPTURE"
wait_exit "$CAPTURE" 5
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
unsaid all.log 'by extcap' || fail 'a stop is shown as an error'
gone

# filtered there: only that is carried
extcap some wan -f 'icmp[icmptype] = icmp-echo and greater 700'
ping_until some 'icmp.type == 8'
lacks . tshark -r "$TMP/home/some.pcapng" -Y 'not (icmp.type == 8)' ||
    fail 'the filter lets other frames pass'
kill -INT "$CAPTURE"
wait_exit "$CAPTURE" 5
gone

# Wireshark's own stop after so many frames
extcap few wan -c 2
wait_for 15 "in_R ping -c 1 -W 1 10.9.0.1 >/dev/null; ! alive $CAPTURE" \
    'it does not end'
wait_exit "$CAPTURE" 1
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
unsaid few.log 'by extcap' || fail 'the end is shown as an error'
gone

# what colours the filter's field
check() {
	contrib/wireshark/etherpuppet-extcap --extcap-interface etherpuppet \
	    --extcap-capture-filter "$1"
}
lacks . check 'tcp port 80' || fail 'a good filter is refused'
[ "$(check 'tcp prt 80')" = "can't parse filter expression: syntax error" ] ||
    fail "of a bad filter it says: $(check 'tcp prt 80')"
ok

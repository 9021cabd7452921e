#!/bin/sh
# SPDX-License-Identifier: ISC
# The real interface is deleted under the slave and made again: the slave
# attaches to the new one, with its filter, in the same session.
#
#   R --wan-- G (slave, -f icmp) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

topo
pair '-f icmp' -C
sniff doll "$M" puppet0
ip -n "$G" link del wan
wait_log slave.log '^etherpuppet: wan: .*gone'
wait_for 10 no_carrier "the doll kept its carrier"
frames doll >"$TMP/before"

link "$R" wan 02:00:00:09:00:02 "$G" wan 02:00:00:09:00:01
ip -n "$R" addr add 10.9.0.2/24 brd + dev wan
ip -n "$G" addr add 10.9.0.1/24 brd + dev wan
wait_log slave.log '^etherpuppet: wan: .*up'
wait_for 10 carrier "the slave did not attach again"
in_R "$PY" -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(50):
    s.sendto(b"not icmp", ("10.9.0.1", 9))'
pings "$R" 10.9.0.1
wait_frames doll $(($(cat "$TMP/before") + 6))
sniff_end doll
"$PY" "$NET/pcap.py" count "$TMP/doll.pcap" >/dev/null
tcpdump -n -r "$TMP/doll.pcap" not icmp 2>/dev/null >"$TMP/foreign"
[ ! -s "$TMP/foreign" ] || fail "unfiltered: $(head -n 1 "$TMP/foreign")"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Two slaves make a bridge, without an echo: each frame comes out once, and none
# comes back where it came from.
#
#   R wan ---- wan G (slave) ctl ---- ctl M (slave) lan ---- lan H
#   10.9.0.2                                                 10.9.0.9
. "$(dirname "$0")/lib.sh"

topo
H=epH$$
host "$H"
link "$M" lan 02:00:00:07:00:01 "$H" lan 02:00:00:07:00:02
ip -n "$H" addr add 10.9.0.9/24 dev lan
ip -n "$G" addr flush dev wan
slave -s 1234 -i wan
wait_listen "$G" 1234
start slave2 "$M" "$EP" -c 10.8.0.1:1234 -i lan
wait_for 10 'in_R ping -c 1 -W 1 10.9.0.9 >/dev/null' 'nothing passes the bridge'
sniff near "$R" wan
sniff far "$H" lan
pings "$R" 10.9.0.9 5 -s 555
pings "$H" 10.9.0.2 5 -s 666
transfer "$R" "$H" 10.9.0.9 5000000
for end in near far; do
	for size in 555 666; do
		wait_for 5 "[ \$(tcpdump -nr '$TMP/$end.pcap' \
		    'icmp and greater $size' 2>/dev/null |
		    grep -c 'length $((size + 8))\$') -ge 10 ]" "$end: too few"
	done
	sniff_end $end
	for size in 555 666; do
		n=$(tcpdump -nr "$TMP/$end.pcap" icmp 2>/dev/null |
		    grep -c "length $((size + 8))\$")
		[ "$n" = 10 ] || fail "$end: $n frames where 10 were sent"
	done
done
ok

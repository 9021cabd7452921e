#!/bin/sh
# SPDX-License-Identifier: ISC
# No frame is missed once the doll's carrier is on: a new session captures
# before it sets the carrier.
#
#   R wan ---- wan G (slave, five times) ctl ---- ctl M (master): puppet0
#     ping                                               tcpdump
. "$(dirname "$0")/lib.sh"

topo
master -m -u -r -s 1234
wait_listen "$M" 1234
for n in 1 2 3 4 5; do
	slave -c 10.8.0.2:1234 -i wan
	_left=20000
	until carrier; do
		_left=$((_left - 1))
		[ $_left -gt 0 ] || fail "session $n: no carrier"
	done
	in_R ping -n -q -c 1 -W $((2 * SLOW)) -s $((n + 500)) 10.9.0.1 >/dev/null ||
	    fail 'the gateway does not answer'
	if [ "$n" = 1 ]; then	# the doll is new: there was no tcpdump yet
		sniff doll "$M" puppet0 -Q in icmp
	else
		wait_for 3 "tcpdump -nr '$TMP/doll.pcap' 2>/dev/null |
		    grep -q 'reply.* length $((n + 508))\$'" \
		    "session $n: its first ping is missing"
		[ "$(tcpdump -nr "$TMP/doll.pcap" 2>/dev/null |
		    grep -c " length $((n + 508))\$")" = 2 ] ||
		    fail "session $n: half of its first ping is missing"
	fi
	stop "$SLAVE"
	wait_for 5 no_carrier 'the carrier stays on'
done
ok

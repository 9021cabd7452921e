#!/bin/sh
# SPDX-License-Identifier: ISC
# All packets of the connection are dropped: after little more than 30 seconds
# the carrier is off, and tcpdump on the doll keeps running.  When packets pass
# again, the session begins again by itself and the capture goes on.
#
#   R wan ---- wan G (slave) ctl --x-- ctl M (master): puppet0
#                                      drop rule         tcpdump
. "$(dirname "$0")/lib.sh"

if have nft; then
	cut() { in_M nft -f - <<-'END'
		add table inet cut
		add chain inet cut i { type filter hook input priority 0; }
		add chain inet cut o { type filter hook output priority 0; }
		add rule inet cut i iifname "ctl" drop
		add rule inet cut o oifname "ctl" drop
	END
	}
	mend() { in_M nft delete table inet cut; }
else
	need iptables
	cut() {
		in_M iptables -A INPUT -i ctl -j DROP &&
		    in_M iptables -A OUTPUT -o ctl -j DROP
	}
	mend() { in_M iptables -F; }
fi
seen() {
	tcpdump -nr "$TMP/doll.pcap" "icmp and icmp[0] = 0" 2>/dev/null | wc -l
}

topo
pair
sniff doll "$M" puppet0 -Q in
pings "$R" 10.9.0.1
wait_for 5 '[ $(seen) -ge 3 ]' 'the doll is blind'
before=$(seen)
cut 2>"$TMP/cut.log" || skip 'no packet filter here'
wait_for 45 no_carrier 'the carrier stays on'
alive "$SNIFF_doll" || fail 'tcpdump ended'
mend
wait_session 60
pings "$R" 10.9.0.1
wait_for 5 "[ \$(seen) -ge $((before + 3)) ]" 'the capture does not go on'
alive "$SNIFF_doll" || fail 'tcpdump ended'
sniff_end doll
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# The slave is killed: the doll stays, a tcpdump on it keeps running, the
# carrier goes off; a new slave, and the same capture goes on.
#
#   R wan ---- wan G (slave: SIGKILL, again) ctl ---- ctl M (master): puppet0
#                                                          tcpdump
. "$(dirname "$0")/lib.sh"

seen() {
	tcpdump -nr "$TMP/doll.pcap" "icmp and icmp[0] = 0" 2>/dev/null | wc -l
}

topo
pair
index=$(ip netns exec "$M" cat /sys/class/net/puppet0/ifindex)
sniff doll "$M" puppet0 -Q in
pings "$R" 10.9.0.1
wait_for 5 '[ $(seen) -ge 3 ]' 'the doll is blind'
before=$(seen)
kill -9 "$SLAVE"
wait_for 5 no_carrier 'the carrier stays on'
alive "$SNIFF_doll" || fail 'tcpdump ended'
slave -s 1234 -i wan
wait_session 15
[ "$(ip netns exec "$M" cat /sys/class/net/puppet0/ifindex)" = "$index" ] ||
    fail 'it is another doll'
pings "$R" 10.9.0.1
wait_for 5 "[ \$(seen) -ge $((before + 3)) ]" 'the capture does not go on'
alive "$SNIFF_doll" || fail 'tcpdump ended'
sniff_end doll
ok

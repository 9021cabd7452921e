#!/bin/sh
# SPDX-License-Identifier: ISC
# The slave is killed: the doll stays, its carrier goes off, and a tcpdump on it
# keeps running.  A new slave starts: the same tcpdump goes on capturing.
#
#   R wan ---- wan G (slave: SIGKILL, again) ctl ---- ctl M (master): puppet0
#                                                          tcpdump
. "$(dirname "$0")/lib.sh"

# seen: prints how many echo replies tcpdump has written
seen() {
	tcpdump -nr "$TMP/doll.pcap" "icmp and icmp[0] = 0" 2>/dev/null | wc -l
}

topo
pair
index=$(ip netns exec "$M" cat /sys/class/net/puppet0/ifindex)
sniff doll "$M" puppet0 -Q in
pings "$R" 10.9.0.1
wait_for 5 '[ $(seen) -ge 3 ]' 'the doll does not show the pings'
before=$(seen)
kill -9 "$SLAVE"
wait_for 5 no_carrier 'the carrier stays on'
alive "$SNIFF_doll" || fail 'tcpdump ended'
slave -s 1234 -i wan
wait_session 15
[ "$(ip netns exec "$M" cat /sys/class/net/puppet0/ifindex)" = "$index" ] ||
    fail 'the doll is another interface'
pings "$R" 10.9.0.1
wait_for 5 "[ \$(seen) -ge $((before + 3)) ]" 'the capture does not go on'
alive "$SNIFF_doll" || fail 'tcpdump ended'
sniff_end doll
ok

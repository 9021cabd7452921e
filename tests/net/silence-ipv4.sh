#!/bin/sh
# SPDX-License-Identifier: ISC
# A doll with IPv4 addresses sends nothing by itself on the gateway's wire: not
# when it is made, configured and raised, nor when its carrier or its addresses
# change.  This holds on a host that forwards and announces new addresses, too.
#
#   R wan ---- wan G (slave)   ctl ---- ctl M, IPv6 on: puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

topo
in_M sh -c 'cd /proc/sys/net
    echo 1 >ipv4/conf/default/arp_notify; echo 1 >ipv4/ip_forward
    cd ipv6/conf 2>/dev/null || exit 0
    for i in all default; do
	echo 0 >$i/disable_ipv6; echo 1 >$i/accept_ra
	echo 3 >$i/router_solicitations; echo 1 >$i/dad_transmits
    done
    echo 1 >default/ndisc_notify; echo 1 >all/forwarding'
sniff wire "$R" wan -Q in
pair
within 1000 alike 'the start'
sleep 11	# longer than the kernel puts off any packet
ip -n "$R" link set wan down
within 2000 off 'carrier off'
ip -n "$R" link set wan up
within 2000 carrier 'carrier on'
follows addr add 10.9.0.77/24 brd + dev wan
follows link set wan mtu 1400
sleep 3
sniff_end wire
[ "$(frames wire)" = 0 ] ||
    fail "the doll sent: $(tcpdump -e -n -v -r "$TMP/wire.pcap")"
kill -USR1 "$SLAVE"
wait_log slave.log '^down_frames='
[ "$(said slave.log '^down_frames=')" = down_frames=0 ] ||
    fail 'frames came to the slave'
# what the doll does not send by itself is counted
in_M ping -n -c 1 -W 1 -I puppet0 10.9.0.2 >"$TMP/ping.log" 2>&1 || true
wait_for 10 'kill -USR1 "$SLAVE"
    grep -q "^down_frames=[1-9]" "$TMP/slave.log"' 'the ping is not counted'
ok

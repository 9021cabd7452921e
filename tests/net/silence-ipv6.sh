#!/bin/sh
# SPDX-License-Identifier: ISC
# A doll that is up and has IPv6 addresses sends by itself what the manual page
# lists, and no more: a few MLDv2 reports of the solicited-node groups of these
# addresses, within seconds.  A doll with -C or -r sends nothing at all by
# itself.
#
#   R wan ---- wan G (three slaves)   ctl ---- ctl M (masters): puppet0
#                                         puppet1 (-C), puppet0 in epN (-r)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

down_frames() {
	kill -USR1 "$2"
	wait_log "$1.log" '^down_frames='
	said "$1.log" '^down_frames=' | tail -n 1
}
other() {	# PORT MASTER-OPTIONS...
	start "slave$1" "$G" "$EP" -s "$1" -i wan
	eval "SLAVE$1=\$PID"
	wait_listen "$G" "$1"
	_port=$1
	shift
	start "master$_port" "$M" "$EP" -m -u -c "10.8.0.1:$_port" "$@"
	wait_log "master$_port.log" 'session begins'
}

topo ipv6
in_M sh -c 'for i in all default; do cd "/proc/sys/net/ipv6/conf/$i"
    echo 1 >accept_ra; echo 3 >router_solicitations; echo 1 >dad_transmits
    done; echo 1 >ndisc_notify'
ip -n "$G" addr add 2001:db8::1:1/64 dev wan nodad
# wait until the gateway's own reports have ended
sniff before "$R" wan -Q in
wait_for 20 '[ $(($(date +%s) - $(stat -c %Y "$TMP/before.pcap"))) -ge 5 ]' \
    'the gateway is never silent'
sniff wire "$R" wan -Q in
pair
within 1000 alike 'the start'
other 1235 -C
NS=epN$$
host "$NS" ipv6
other 1236 -r -n "$NS"
wait_for 5 "ip -n $NS -o -6 addr show dev puppet0 | grep -q fd09::1" 'no addresses'
sleep 11	# longer than the kernel puts off any packet
first=$(frames wire)
follows addr add fd09::5:5/64 dev wan nodad
within 1000 alike 'one address more'
follows addr del fd09::5:5/64 dev wan
sleep 3
sniff_end wire

tcpdump -e -n -v -r "$TMP/wire.pcap" 2>/dev/null >"$TMP/wire.txt"
group='\[gaddr ff02::1:ff[0-9a-f]{2}:[0-9a-f]{1,4} [a-z_]+[^]]*\]'
foreign=$(grep -vE "^[0-9:.]+ 02:00:00:09:00:01 > 33:33:00:00:00:16, .* fe80::[0-9a-f:]+ > ff02::16: HBH .*ICMP6, multicast listener report v2, [0-9]+ group record\(s\)( $group)+\$" \
    "$TMP/wire.txt") && fail "the doll sent: $foreign"
echo "$first reports, then $(frames wire)"
[ "$first" -ge 1 ] || fail 'no report, but the manual page lists them'
[ "$first" -le 10 ] || fail "$first reports at the start"
[ "$(down_frames slave "$SLAVE")" != down_frames=0 ] ||
    fail 'the reports are not counted'
[ "$(down_frames slave1235 "$SLAVE1235")" = down_frames=0 ] ||
    fail 'the doll with -C sent'
[ "$(down_frames slave1236 "$SLAVE1236")" = down_frames=0 ] ||
    fail 'the doll with -r sent'
ok

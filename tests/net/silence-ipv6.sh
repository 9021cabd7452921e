#!/bin/sh
# SPDX-License-Identifier: ISC
# With IPv6 addresses a doll that is up says by itself what the manual page
# lists, and no more: MLDv2 reports of the solicited-node groups of these
# addresses, a few within seconds.  A doll with -C or -r says nothing at all.
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
# the gateway's own reports come to an end first
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
sleep 11	# longer than anything is put off
first=$(frames wire)
follows addr add fd09::5:5/64 dev wan nodad
within 1000 alike 'one more'
follows addr del fd09::5:5/64 dev wan
sleep 3
sniff_end wire

tcpdump -e -n -v -r "$TMP/wire.pcap" 2>/dev/null >"$TMP/wire.txt"
group='\[gaddr ff02::1:ff[0-9a-f]{2}:[0-9a-f]{1,4} [a-z_]+[^]]*\]'
foreign=$(grep -vE "^[0-9:.]+ 02:00:00:09:00:01 > 33:33:00:00:00:16, .* fe80::[0-9a-f:]+ > ff02::16: HBH .*ICMP6, multicast listener report v2, [0-9]+ group record\(s\)( $group)+\$" \
    "$TMP/wire.txt") && fail "said: $foreign"
echo "$first reports, then $(frames wire)"
[ "$first" -ge 1 ] || fail 'not even these: the manual page says otherwise'
[ "$first" -le 10 ] || fail "$first reports at the start"
[ "$(down_frames slave "$SLAVE")" != down_frames=0 ] || fail 'counted wrongly'
[ "$(down_frames slave1235 "$SLAVE1235")" = down_frames=0 ] || fail '-C spoke'
[ "$(down_frames slave1236 "$SLAVE1236")" = down_frames=0 ] || fail '-r spoke'
ok

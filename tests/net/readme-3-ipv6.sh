#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's third command makes a whole host: its loopback is up, and by IPv6
# it has a link-local address, one from a router's advertisement and one by
# DHCP, like any host on that network.
#
#   R (dnsmasq: RA, DHCPv6) --eth0-- G (router: sshd, slave) --ctl-- M (lab)
. "$(dirname "$0")/lib.sh"

need ssh sshd dnsmasq dhclient nsenter
topo ipv6
eth0
sshd_start "$G"
start dnsmasq "$R" dnsmasq -d -C /dev/null -i wan --bind-interfaces --port=0 \
    --enable-ra --dhcp-range=fd09::50,fd09::99,slaac,64,1h --log-dhcp \
    --dhcp-authoritative --dhcp-leasefile="$TMP/given" --user=root
wait_log dnsmasq.log 'sockets bound exclusively|started'

readme master "$M" "sudo etherpuppet -m -u -C -n lab -e 'ssh root@router etherpuppet -i eth0 -s -'"
MASTER=$PID
lab() { nsenter -t "$(helper_of "$MASTER")" -m -r ip netns exec lab "$@"; }
wait_for 20 "lab ip link show puppet0 2>/dev/null | grep -q '[<,]LOWER_UP'" \
    'no session'
lab ping -n -c 1 -W $((2 * SLOW)) 127.0.0.1 >"$TMP/ping.log" || fail 'no loopback'
lab ping -n -c 1 -W $((2 * SLOW)) ::1 >"$TMP/ping.log" || fail 'no loopback by IPv6'
has() {
	lab ip -6 -o addr show dev puppet0 | grep -v tentative |
	    grep -qE "inet6 $1"
}
wait_for 10 "has 'fe80::'" 'no link-local address'
wait_for 15 "has 'fd09::[0-9a-f:]*/64 .* dynamic'" 'no address by advertisement'
lab ip -6 route | grep -q '^default via fe80::' || fail 'no default route'
lab ping -n -c 3 -i 0.2 -W $((2 * SLOW)) fd09::2 >"$TMP/ping.log" ||
    fail 'no ping to R'

start dhclient "$M" nsenter -t "$(helper_of "$MASTER")" -m -r env PATH_DHCLIENT_DB="$TMP/leases" \
    PATH_DHCLIENT_PID="$TMP/pid" ip netns exec lab dhclient -6 -d puppet0
wait_for 20 "has 'fd09::[5-9][0-9a-f]/128'" 'no address by DHCP'
grep -q ' fd09::[5-9][0-9a-f] ' "$TMP/given" || fail 'dnsmasq gave nothing'
stop "$PID"
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "the master ended with status $STATUS"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's third command for a home router, which itself is the DHCP server
# and the gateway of its LAN.  The far doll becomes a port of the LAN's bridge.
# The host in the namespace gets a lease from the router, and talks with the
# router and with other hosts.
#
# A recipe in etherpuppet(1), The gateway itself, makes the bridge over a plain
# interface.
#
#   R --eth0-- br-lan 10.9.0.1 G (router: sshd, dnsmasq) --ctl-- M (here: lab)
#              lab0: doll of the tunnel
. "$(dirname "$0")/lib.sh"

need ssh sshd dnsmasq dhclient nsenter
topo
eth0
sed -n '/^ip link add br-lan /,/^\.Ed/{/^\.Ed/q;p;}' man/etherpuppet.1 |
    sed 's#192\.0\.2\.1/24#10.9.0.1/24#' >"$TMP/bridge"
grep -q . "$TMP/bridge" || fail 'the manual has no such recipe'
in_G sh -e "$TMP/bridge" ||
    fail "the manual's recipe for a bridge fails"
pings "$R" 10.9.0.1
sshd_start "$G"
start dnsmasq "$G" dnsmasq -d -C /dev/null -i br-lan --bind-interfaces --port=0 \
    --dhcp-range=10.9.0.50,10.9.0.99,255.255.255.0,1h --dhcp-authoritative \
    --dhcp-leasefile="$TMP/given" --log-dhcp --user=root
wait_log dnsmasq.log 'sockets bound exclusively|started'

readme master "$M" "sudo etherpuppet -m -u -C -n lab -e 'ssh root@router \"etherpuppet -m -u -I lab0 -s - -U \\\"ip link set lab0 master br-lan\\\"\"'"
MASTER=$PID
lab() { nsenter -t "$(helper_of "$MASTER")" -m -r ip netns exec lab "$@"; }
wait_for 20 "lab ip link show puppet0 2>/dev/null | grep -q '[<,]LOWER_UP'" \
    'no session'
wait_for 10 "ip -n $G link show lab0 | grep -q 'master br-lan'" \
    'lab0 is no port of br-lan'

start dhclient "$M" nsenter -t "$(helper_of "$MASTER")" -m -r env PATH_DHCLIENT_DB="$TMP/leases" \
    PATH_DHCLIENT_PID="$TMP/pid" ip netns exec lab dhclient -d puppet0
DHCLIENT=$PID
wait_log dhclient.log 'bound to 10\.9\.0\.[5-9][0-9]' 60
wait_for 10 "lab ip addr show puppet0 | grep -q 'inet 10\.9\.0\.[5-9][0-9]/24'" \
    'a lease, but no address'
lab ping -n -c 3 -i 0.2 -W $((2 * SLOW)) 10.9.0.1 >"$TMP/ping.log" || fail 'no ping to the router'
lab ping -n -c 3 -i 0.2 -W $((2 * SLOW)) 10.9.0.2 >"$TMP/ping.log" || fail 'no ping to the LAN'
ADDRESS=$(sed -n 's/.*bound to \([0-9.]*\).*/\1/p' "$TMP/dhclient.log")
pings "$G" "$ADDRESS"
pings "$R" "$ADDRESS"

stop "$DHCLIENT"
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "the master ended with status $STATUS"
wait_for 10 "no_interface $G lab0" 'lab0 is still there'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's third command: a host on the remote network.  A DHCP client in
# the doll's namespace gets a lease from dnsmasq on the remote host, and the
# namespace uses it.  The lease's name server is set for the namespace, not for
# this host.
#
#   R (dnsmasq) --eth0-- G (router: sshd, slave) --ctl-- M (here: master, lab)
. "$(dirname "$0")/lib.sh"

need ssh sshd dnsmasq dhclient nsenter
topo
eth0
sshd_start "$G"
start dnsmasq "$R" dnsmasq -d -C /dev/null -i wan --bind-interfaces --port=0 \
    --dhcp-range=10.9.0.50,10.9.0.99,255.255.255.0,1h --dhcp-authoritative \
    --dhcp-leasefile="$TMP/given" --log-dhcp --user=root \
    --dhcp-option=option:dns-server,10.9.0.2
wait_log dnsmasq.log 'sockets bound exclusively|started'

readme master "$M" "sudo etherpuppet -m -u -C -n lab -e 'ssh root@router etherpuppet -i eth0 -s -'"
MASTER=$PID
lab() { nsenter -t "$(helper_of "$MASTER")" -m -r ip netns exec lab "$@"; }
wait_for 20 "lab ip link show puppet0 2>/dev/null | grep -q '[<,]LOWER_UP'" \
    "no session"
wait_log master.log '^etherpuppet: -n lab: made /etc/netns/lab/resolv\.conf, empty'
find "$TMP/etc" ! -path '*/netns*' | sort >"$TMP/etc.before"
cp "$TMP/etc/resolv.conf" "$TMP/resolv.before"
no_interface "$M" puppet0 || fail "the doll is not in the namespace"

grep -qF 'sudo ip netns exec lab dhclient -d puppet0' README.md ||
    fail "the README has no such dhclient command"
start dhclient "$M" nsenter -t "$(helper_of "$MASTER")" -m -r env PATH_DHCLIENT_DB="$TMP/leases" \
    PATH_DHCLIENT_PID="$TMP/pid" ip netns exec lab dhclient -d puppet0
DHCLIENT=$PID
wait_log dhclient.log 'bound to 10\.9\.0\.[5-9][0-9]' 60
wait_for 10 "lab ip addr show puppet0 | grep -q 'inet 10\.9\.0\.[5-9][0-9]/24'" \
    "a lease, but no address"
grep -q ' 10\.9\.0\.' "$TMP/given" || fail "dnsmasq gave nothing"
lab ping -n -c 3 -i 0.2 -W $((2 * SLOW)) 10.9.0.2 >"$TMP/ping.log" || fail "no ping"
ADDRESS=$(sed -n 's/.*bound to \([0-9.]*\).*/\1/p' "$TMP/dhclient.log")
pings "$R" "$ADDRESS"

wait_for 10 "grep -q '^nameserver 10\.9\.0\.2' '$TMP/etc/netns/lab/resolv.conf'" \
    "the namespace does not have the lease's name server"
cmp "$TMP/etc/resolv.conf" "$TMP/resolv.before" ||
    fail "this host's resolv.conf has changed"

stop "$DHCLIENT"
exec 3<"/proc/$MASTER/ns/mnt"
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "the master ended with status $STATUS"
nsenter --mount=/dev/fd/3 test ! -e /run/netns/lab ||
    fail "the namespace lab is still there"
cmp "$TMP/etc/resolv.conf" "$TMP/resolv.before" ||
    fail "this host's resolv.conf has changed"
find "$TMP/etc" ! -path '*/netns*' | sort | cmp - "$TMP/etc.before" ||
    fail "/etc has changed"
grep -q '^nameserver 10\.9\.0\.2' "$TMP/etc/netns/lab/resolv.conf" ||
    fail "what the client wrote is lost"
ok

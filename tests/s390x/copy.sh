#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll gets a big-endian slave's MAC address, MTU, carrier and addresses, and
# follows them; with -x that slave's host is deaf, by its kernel's nftables.
. "$(dirname "$0")/lib.sh"

# addresses: "inet ADDRESS [peer|brd ...]" of the doll, a line each, sorted
addresses() {
	ip -n "$M" -o addr show dev puppet0 |
	    sed -n 's/.* \(inet.*\) scope .*/\1/p' | LC_ALL=C sort
}

# mtu N: the doll's becomes that
mtu() {
	wait_for 5 "[ \$(in_M cat /sys/class/net/puppet0/mtu) = $1 ]" \
	    "the doll's MTU does not become $1"
}

# follows: its addresses become those of $TMP/want
follows() {
	wait_for 5 'addresses >"$TMP/got.log"; cmp -s "$TMP/want" "$TMP/got.log"' \
	    'addresses differ'
}

answered() { in_R ping -n -c 1 -W 1 10.9.0.1 >"$TMP/ping.log" 2>&1; }

topo ipv6
guest 'echo 0 >/proc/sys/net/ipv6/conf/wan/disable_ipv6;
    ip link set wan mtu 1400;
    ip addr add 172.16.5.1/20 brd 172.16.15.254 dev wan;
    ip addr add 10.7.0.1 peer 10.7.0.2/32 dev wan;
    ip addr add fd09::1/64 dev wan; ip addr add fd77::abcd/127 dev wan' ||
    fail 'no addresses in G'
pair
[ "$(mac "$M" puppet0)" = 02:00:00:09:00:01 ] || fail "MAC $(mac "$M" puppet0)"
mtu 1400
cat >"$TMP/want" <<-end
	inet 10.7.0.1 peer 10.7.0.2/32
	inet 10.9.0.1/24 brd 10.9.0.255
	inet 172.16.5.1/20 brd 172.16.15.254
	inet6 fd09::1/64
	inet6 fd77::abcd/127
	inet6 fe80::ff:fe09:1/64
end
follows
guest 'ip link set wan mtu 9000; ip addr del 172.16.5.1/20 dev wan;
    ip addr add fd09::2/64 dev wan'
mtu 9000
sed -i -e /172.16/d -e 's/.*fd09::1.*/&\ninet6 fd09::2\/64/' "$TMP/want"
follows
guest ip link set wan down
wait_for 5 no_carrier 'the doll has a carrier while the interface is down'
guest ip link set wan up
wait_session
unpair

answered || fail 'G does not hear before -x'
pair -x -C
slave_said '^etherpuppet: wan: this host hears only the session there$' ||
    fail 'the slave does not say that G is deaf'
! answered || fail 'G hears with -x'
unpair
wait_for 5 answered 'G does not hear after -x'
ok

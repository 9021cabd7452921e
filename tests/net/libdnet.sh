#!/bin/sh
# SPDX-License-Identifier: ISC
# Addresses and MTU are copied by libdnet.  Read: what a master is told is what
# ip(8) says, for 1, 2 and 70 addresses of both families, labels, peers, all
# prefixes, MTUs from 68 to 65535, an interface whose index libdnet cannot read,
# and a network namespace without IPv4 addresses, where intf_get(3) fails.
# Set: a fresh doll by intf_set(3), which shows in the address having the mask
# of its class for a moment; a live one never again, and it keeps its route and
# its connection.
#
#   R wan ---- wan G (slave): addresses change   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

AT=10.8.0.1 # where the slave listens

# told IFACE: MTU and addresses as a master is told them now
told() {
	slave -i "$1" -s "$AT:1234"
	wait_listen "$G" 1234
	in_M "$PY" "$NET/native.py" connect "$(echo $AT | tr -d "[]")" 1234 \
	    preamble hello want:PARAMS close >"$TMP/told"
	stop "$SLAVE"
	grep '^PARAMS ' "$TMP/told" | tr ' ' '\n' | grep -E '^(mtu|addr)='
}

# said IFACE: the same as ip(8) says it, the first 64 addresses
said() {
	ip -n "$G" -j addr show dev "$1" | "$PY" -c '
import json, sys
from socket import AF_INET, AF_INET6, inet_pton
link = json.load(sys.stdin)[0]
print("mtu=%d" % link["mtu"])
for a in sorted(link["addr_info"], key=lambda a: a["family"])[:64]:
    family = AF_INET if a["family"] == "inet" else AF_INET6
    kind, other = 0, a.get("address")
    if other:
        kind = 2
    elif a.get("broadcast"):
        kind, other = 1, a["broadcast"]
    raw = bytes([4 if family == AF_INET else 6, a["prefixlen"], kind, 0])
    raw += inet_pton(family, a["local"])
    print("addr=" + (raw + (inet_pton(family, other) if other else b"")).hex())'
}

# reads WHAT [IFACE]: both say the same
reads() {
	said "${2:-wan}" >"$TMP/said"
	told "${2:-wan}" >"$TMP/got"
	diff "$TMP/said" "$TMP/got" >&2 || fail "$1: a master is told else"
}

# batch: commands for G's ip(8), from standard input
batch() { ip -n "$G" -batch - || fail 'ip -batch'; }

topo ipv6
reads 'one address of each family'
batch <<-end
	addr add 192.0.2.1/30 dev wan label wan:1
	addr add 2001:db8::1/56 dev wan nodad
	end
reads 'two, one with a label'
for n in 68 576 1280 9000 65535; do
	ip -n "$G" link set wan mtu $n
	reads "MTU $n"
done
ip -n "$G" addr flush dev wan
for n in $(seq 8 32); do
	echo "addr add 10.$((n + 100)).0.1/$n brd + dev wan"
done | batch
for n in $(seq 10 128); do
	case $n in 49 | 113) # no more than 64 at once
		reads "prefixes below $n"
		ip -n "$G" addr flush dev wan
		;;
	esac
	ip -n "$G" addr add "2001:db8:$n::1/$n" dev wan nodad
done
reads 'prefixes up to 128'
batch <<-end
	addr flush dev wan
	addr add 192.0.2.9 peer 192.0.2.10/32 dev wan
	addr add 192.0.2.11 peer 192.0.2.12/24 dev wan label wan:p
	addr add 2001:db8::9 peer 2001:db8::10/128 dev wan nodad
	end
reads 'peers'
ip -n "$G" addr flush dev wan
for n in $(seq 70); do
	echo "addr add 10.9.$n.1/24 dev wan"
	echo "addr add 2001:db8:$n::1/64 dev wan nodad"
done | batch
reads '70 addresses of each family'
ip -n "$G" addr flush dev wan
ip -n "$G" link add far index 300 mtu 1400 type veth peer name near
ip -n "$G" link set far up
ip -n "$G" addr add 192.0.2.77/29 dev far
ip -n "$G" addr add fd77::1/64 dev far nodad
reads 'an index of three digits' far

# -- set --------------------------------------------------------------------

ip -n "$G" link set wan mtu 1400
ip -n "$G" addr add 10.9.0.1/24 brd + dev wan
ip -n "$G" addr add 10.9.1.1/24 dev wan
start monitor "$M" ip -o monitor address
wait_for 5 "ip netns exec $M ss -f netlink | grep -q ip/" 'no monitor'
pair '' '-d -d'
within 1000 alike 'the start'
# a fresh doll has the mask of a class for a moment: it was SIOCSIFADDR
wait_log monitor.log 'puppet0 *inet 10\.9\.0\.1/8 '
for what in 'MTU 1400' 'address 10\.9\.0\.1/24'; do
	grep -q "puppet0: $what is set by libdnet" "$TMP/master.log" ||
	    fail "$what: not set by libdnet"
done
doll_address
ip -n "$M" route add 198.51.100.0/24 via 10.9.0.2 dev puppet0
start server "$R" "$PY" "$NET/tcp.py" serve 10.9.0.2 7000
wait_listen "$R" 7000
start client "$M" "$PY" "$NET/tcp.py" send 10.9.0.2 7000 3000000 500000
CLIENT=$PID
for change in 'del 10.9.1.1/24' 'add 10.44.0.1/30' 'add 192.0.2.1/24' \
    'del 10.9.0.1/24' 'add 10.9.0.1/24 brd +'; do
	# shellcheck disable=SC2086
	ip -n "$G" addr ${change%% *} ${change#* } dev wan
done
ip -n "$G" link set wan mtu 1300
wait_for 5 "ip -n $M -o link show puppet0 | grep -q 'mtu 1300'" 'no MTU 1300'
wait_for 5 "ip -n $M -o addr show puppet0 | grep -q '10.44.0.1/30'" 'no address'
wait_exit "$CLIENT" 60
[ "$STATUS" = 0 ] || fail "the doll's connection ended with status $STATUS"
ip -n "$M" route show 198.51.100.0/24 | grep -q 'via 10.9.0.2 dev puppet0' ||
    fail 'the route is gone'
[ "$(grep -c '^[0-9].*inet 10\..*/8 ' "$TMP/monitor.log")" = 1 ] ||
    fail "a live doll was set by SIOCSIFADDR: $(cat "$TMP/monitor.log")"
one_session
stop "$MASTER"
stop "$SLAVE"
for i in lo ctl wan far; do
	ip -n "$G" -4 addr flush dev $i
done
ip -n "$G" addr add 2001:db8::1/56 dev wan nodad
AT='[fd08::1]'
reads 'no IPv4 address in the namespace'
ok

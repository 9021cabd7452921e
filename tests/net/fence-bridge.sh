#!/bin/sh
# SPDX-License-Identifier: ISC
# A doll that is a port of a bridge, or has a MACVLAN on it, goes on: what comes
# in there is that interface's, also where netfilter looks into the bridge.
#
#   R wan 10.9.0.2 ---- wan G (slave)   M (master): puppet0 --- sw0 -- lan S
#                                                sw0 10.9.0.6      10.9.0.7
. "$(dirname "$0")/lib.sh"
. "$NET/lib-fence.sh"

through() { # WHAT
	pings "$R" 10.9.0.6
	pings "$R" 10.9.0.7
	pings "$S" fd09::2
	pings "$M" 10.9.0.2
}

modprobe -q br_netfilter 2>/dev/null || true
topo_fence
ip -n "$M" addr flush dev lan
ip -n "$S" addr flush dev lan
ip -n "$S" addr add 10.9.0.7/24 dev lan
ip -n "$S" addr add fd09::7/64 dev lan nodad
ip -n "$M" link add name sw0 type bridge 2>/dev/null || skip 'no bridges here'
ip -n "$M" link set sw0 up
ip -n "$M" addr add 10.9.0.6/24 dev sw0
ip -n "$M" link set lan master sw0
master -m -u -C -D 0 -c 10.8.0.1:1234
wait_session
ip -n "$M" link set puppet0 master sw0
through
if in_M sh -c 'cd /proc/sys/net/bridge 2>/dev/null &&
    echo 1 >bridge-nf-call-iptables && echo 1 >bridge-nf-call-ip6tables'; then
	through
	transfer "$R" "$S" 10.9.0.7 3000000
fi
ip -n "$M" link set puppet0 nomaster
ip -n "$M" link del sw0

ip -n "$M" link add link puppet0 name mac0 type macvlan mode bridge \
    2>/dev/null || ok
ip -n "$M" addr add 10.9.0.8/24 dev mac0
ip -n "$M" link set mac0 up
pings "$R" 10.9.0.8
ok

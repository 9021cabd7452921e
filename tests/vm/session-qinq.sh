#!/bin/sh
# SPDX-License-Identifier: ISC
# The session runs over two stacked VLAN interfaces (802.1ad, 802.1Q) on top of
# the captured one: no loop.
#
#   M (master) net --- lan R wan --------------- wan G (slave -i wan)
#                          wan.7.5 10.7.0.2   wan.7.5 10.7.0.1:1234
. "$(dirname "$0")/../net/lib.sh"
. "$NET/lib-through.sh"

topo_through
modprobe -q 8021q 2>/dev/null || true
for h in "$R" "$G"; do
	ip -n "$h" link add link wan name wan.7 type vlan proto 802.1ad id 7 \
	    2>"$TMP/vlan.log" || skip 'no VLAN devices in this kernel'
	ip -n "$h" link add link wan.7 name wan.7.5 type vlan id 5
	ip -n "$h" link set wan.7 up
	ip -n "$h" link set wan.7.5 up
done
ip -n "$G" addr add 10.7.0.1/24 dev wan.7.5
ip -n "$R" addr add 10.7.0.2/24 dev wan.7.5
ip -n "$M" route add 10.7.0.0/24 via 10.8.0.1
ip -n "$G" route replace 10.8.0.0/24 via 10.7.0.2
slave -s 1234 -i wan
wait_listen "$G" 1234
master -m -u -C -c 10.7.0.1:1234
wait_session 30
no_loop 'tcp port 1234 or (vlan and vlan and tcp port 1234)'
ok

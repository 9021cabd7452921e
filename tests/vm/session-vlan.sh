#!/bin/sh
# SPDX-License-Identifier: ISC
# The session runs over a VLAN interface on top of the captured one: no loop.
#
#   M (master) net --- lan R wan ------------ wan G (slave -i wan)
#                             wan.5 10.7.0.2   wan.5 10.7.0.1:1234
. "$(dirname "$0")/../net/lib.sh"
. "$NET/lib-through.sh"

topo_through
modprobe -q 8021q 2>/dev/null || true
ip -n "$G" link add link wan name wan.5 type vlan id 5 2>"$TMP/vlan.log" ||
    skip 'no VLAN devices in this kernel'
ip -n "$R" link add link wan name wan.5 type vlan id 5
ip -n "$G" addr add 10.7.0.1/24 dev wan.5
ip -n "$R" addr add 10.7.0.2/24 dev wan.5
ip -n "$G" link set wan.5 up
ip -n "$R" link set wan.5 up
ip -n "$M" route add 10.7.0.0/24 via 10.8.0.1
ip -n "$G" route replace 10.8.0.0/24 via 10.7.0.2
slave -s 1234 -i wan
wait_listen "$G" 1234
master -m -u -C -c 10.7.0.1:1234
wait_session 30
no_loop 'tcp port 1234 or (vlan and tcp port 1234)'
# other tagged frames reach the doll
sniff vlan "$M" puppet0 vlan 5 and icmp
pings "$R" 10.7.0.1
wait_frames vlan 6
ok

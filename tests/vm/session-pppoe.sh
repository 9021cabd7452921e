#!/bin/sh
# SPDX-License-Identifier: ISC
# The session runs over PPPoE on the captured interface: no loop.
#
#   M (master) net --- lan R wan ==== PPPoE ==== wan G (slave -i wan)
#                           ppp0 10.7.0.2   10.7.0.1:1234 ppp0
. "$(dirname "$0")/../net/lib.sh"
. "$NET/lib-through.sh"
. "$NET/../vm/lib-pppoe.sh"

topo_through
pppoe_line
ip -n "$M" route add 10.7.0.0/24 via 10.8.0.1
ip -n "$G" route replace 10.8.0.0/24 via 10.7.0.2
slave -s 1234 -i wan
wait_listen "$G" 1234
master -m -u -C -c 10.7.0.1:1234
wait_session 30
no_loop 'tcp port 1234 or (pppoes and tcp port 1234)'
# other packets over PPPoE reach the doll
sniff pppoe "$M" puppet0 pppoes and icmp
pings "$R" 10.7.0.1
wait_frames pppoe 6
ok

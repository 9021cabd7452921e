#!/bin/sh
# SPDX-License-Identifier: ISC
# The slave's interface carries raw IP: the doll has no link layer (a tun) and
# gets the interface's MTU and addresses; IPv4 and IPv6 pass both ways.
#
#   R raw 10.6.0.2 ==== raw G (slave) 10.6.0.1 peer 10.6.0.2   ctl ---- ctl M
#     fd06::2                         fd06::1                  (master) puppet0
. "$(dirname "$0")/lib.sh"

topo ipv6
start cable "$G" "$PY" "$NET/tunlink.py" raw "$R" "$G"
wait_log cable.log '^ready'
ip -n "$R" addr add 10.6.0.2 peer 10.6.0.1 dev raw
ip -n "$G" addr add 10.6.0.1 peer 10.6.0.2 dev raw
ip -n "$R" addr add fd06::2/64 dev raw nodad
ip -n "$R" link set raw up
ip -n "$G" link set raw up mtu 1380
pings "$R" 10.6.0.1
slave -s 1234 -i raw
wait_listen "$G" 1234
master -m -u -c 10.8.0.1:1234
wait_session
ip -n "$M" -o link show puppet0 | grep -q 'mtu 1380 .*link/none' ||
    fail "the doll: $(ip -n "$M" -o link show puppet0)"
ip -n "$M" -4 -o addr show dev puppet0 |
    grep -q 'inet 10\.6\.0\.1 peer 10\.6\.0\.2/32 ' ||
    fail 'the doll has no address'
# the doll shows what crosses the interface
sniff doll "$M" puppet0
pings "$R" 10.6.0.1 2 -s 333
wait_for 5 '[ $(tcpdump -nr "$TMP/doll.pcap" icmp 2>/dev/null | wc -l) -ge 4 ]' \
    'the doll does not show the pings'
# with addresses of its own the doll talks to R
ip -n "$M" addr flush dev puppet0
ip -n "$M" addr add 10.6.0.3 peer 10.6.0.2 dev puppet0
ip -n "$M" addr add fd06::3/64 dev puppet0 nodad
ip -n "$R" route add 10.6.0.3/32 dev raw
pings "$M" 10.6.0.2
pings "$M" fd06::2
transfer "$M" "$R" 10.6.0.2 20000000
transfer "$R" "$M" 10.6.0.3 20000000
ok

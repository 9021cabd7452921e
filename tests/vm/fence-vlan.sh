#!/bin/sh
# SPDX-License-Identifier: ISC
# A VLAN interface on the doll works: frames that come in by the VLAN reach it.
# The fence (the nftables rules) around the doll below it stays.
#
#   R wan   10.9.0.2 ---- wan G (slave) ctl ---- ctl M (master) puppet0
#     wan.5 10.7.0.2                                            puppet0.5 10.7.0.3
. "$(dirname "$0")/../net/lib.sh"
. "$NET/lib-fence.sh"

modprobe -q 8021q 2>/dev/null || true
topo_fence
ip -n "$R" link add link wan name wan.5 type vlan id 5 2>"$TMP/vlan.log" ||
    skip 'no VLAN devices in this kernel'
ip -n "$R" addr add 10.7.0.2/24 dev wan.5
ip -n "$R" link set wan.5 up
doll ''
ip -n "$M" link add link puppet0 name puppet0.5 type vlan id 5
ip -n "$M" addr add 10.7.0.3/24 dev puppet0.5
ip -n "$M" link set puppet0.5 up
pings "$R" 10.7.0.3
pings "$M" 10.7.0.2
transfer "$M" "$R" 10.7.0.2 1000000
forge vlan
pings "$R" 10.9.0.3 # comes after all forged packets
settle end
heard heard vlan
heard beyond vlan
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# TCP over IPv6 between the doll and the remote host, 50 MB each way, with the
# offloads at their defaults.
#
#   R wan fd09::2 ---- wan G (slave) ctl ---- ctl M (master) puppet0 fd09::3
. "$(dirname "$0")/lib.sh"

topo ipv6
pair
doll_address
ip -n "$M" addr add fd09::3/64 dev puppet0 nodad
pings "$M" fd09::2
transfer "$M" "$R" fd09::2 50000000
transfer "$R" "$M" fd09::3 50000000
ok

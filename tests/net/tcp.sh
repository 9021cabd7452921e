#!/bin/sh
# SPDX-License-Identifier: ISC
# TCP between the doll and the remote host, 100 MB each way, first with all
# offloads of the hosts at their defaults, then off.  The doll has its own
# address: the gateway's kernel would answer RST for connections to 10.9.0.1.
#
#   R wan 10.9.0.2 ---- wan G (slave) ctl ---- ctl M (master) puppet0 10.9.0.3
. "$(dirname "$0")/lib.sh"

topo
pair
doll_address
pings "$M" 10.9.0.2
transfer "$M" "$R" 10.9.0.2 100000000
transfer "$R" "$M" 10.9.0.3 100000000
offloads off
transfer "$M" "$R" 10.9.0.2 100000000
transfer "$R" "$M" 10.9.0.3 100000000
ok

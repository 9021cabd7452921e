#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll gets a point-to-point address of the real interface together with the
# peer's address.
#
#   R wan ---- wan G (slave) 10.5.0.1 peer 10.5.0.2   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"

topo
ip -n "$G" addr flush dev wan
ip -n "$G" addr add 10.5.0.1 peer 10.5.0.2/32 dev wan
pair
ip -n "$M" -4 -o addr show dev puppet0 |
    grep -q 'inet 10\.5\.0\.1 peer 10\.5\.0\.2/32 ' ||
    fail "puppet0 has: $(ip -n "$M" -4 -o addr show dev puppet0)"
ok

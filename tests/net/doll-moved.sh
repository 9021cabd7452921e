#!/bin/sh
# SPDX-License-Identifier: ISC
# Somebody moves the doll to another network namespace: one line says so, and it
# is made again where it belongs.  Where a command (-U) may have moved it, it is
# left there, works, and is not made again each time.
#
#   R wan ---- wan G (slave)   ctl ---- ctl M (master): puppet0   D
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

D=epD$$
topo
host "$D"
pair
ip -n "$M" link set puppet0 netns "$D"
wait_log master.log '^etherpuppet: puppet0: was moved to another network namespace'
wait_for 5 'carrier && alike' 'it was not made again'
no_interface "$D" puppet0 || fail 'there are two'
doll_address
pings "$M" 10.9.0.2
one_session
stop "$MASTER"
unsaid master.log 'run as root|not set' || fail 'a wrong reason'

start master "$M" "$EP" -m -u -c 10.8.0.1:1234 \
    -U "ip link set \$PUPPET_IFNAME netns $D"
wait_log master.log '^etherpuppet: puppet0: is in another network namespace'
ip -n "$G" link set wan mtu 1450	# snapshots
ip -n "$G" link set wan mtu 1400
DOLLHOST=$D
doll_address
wait_for 5 carrier 'no carrier there'
pings "$D" 10.9.0.2
unsaid master.log 'run as root|not set|made again' || fail 'not left alone'
ok

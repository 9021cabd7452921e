#!/bin/sh
# SPDX-License-Identifier: ISC
# Debian's etherpuppet 0.3 as slave, which connects; our master: parameters, ping
# and 100 MB over TCP each way.  The remote host's and the gateway's offloads
# are off: a slave of 0.3 cannot see them.
#
#   R wan ---- wan G (0.3 slave) ctl ---- ctl M (our master): puppet0
. "$(dirname "$0")/lib.sh"
. "$NET/lib-legacy.sh"

topo
offloads off
master -m -u -s 1234
wait_listen "$M" 1234
start old "$G" "$OLD" -c 10.8.0.2:1234 -i wan
legacy_params 1496
legacy_traffic
ok

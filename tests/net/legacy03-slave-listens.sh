#!/bin/sh
# SPDX-License-Identifier: ISC
# Debian's etherpuppet 0.3 as slave, which listens; our master: parameters, ping
# and 100 MB over TCP each way.  The remote host's and the gateway's offloads
# are off: a slave of 0.3 cannot see them.
#
#   R wan ---- wan G (0.3 slave) ctl ---- ctl M (our master -L 0.3): puppet0
. "$(dirname "$0")/lib.sh"
. "$NET/lib-legacy.sh"

topo
offloads off
start old "$G" "$OLD" -s 1234 -i wan
wait_listen "$G" 1234
master -m -u -L 0.3 -c 10.8.0.1:1234
legacy_params 1496
legacy_traffic
ok

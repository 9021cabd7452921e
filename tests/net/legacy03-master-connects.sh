#!/bin/sh
# SPDX-License-Identifier: ISC
# Debian's etherpuppet 0.3 as master, which connects; our slave, all offloads at
# their defaults: parameters, ping and 100 MB over TCP each way.
#
#   R wan ---- wan G (our slave) ctl ---- ctl M (0.3 master): puppet0
. "$(dirname "$0")/lib.sh"
. "$NET/lib-legacy.sh"

topo
slave -s 1234 -i wan
wait_listen "$G" 1234
start old "$M" "$OLD" -m -c 10.8.0.1:1234
legacy_params 1500
legacy_traffic
ok

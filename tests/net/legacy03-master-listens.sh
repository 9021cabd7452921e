#!/bin/sh
# SPDX-License-Identifier: ISC
# Debian's etherpuppet 0.3 as master, which listens; our slave, all offloads at
# their defaults: parameters, ping and 100 MB over TCP each way.
#
#   R wan ---- wan G (our slave -L 0.3) ctl ---- ctl M (0.3 master): puppet0
. "$(dirname "$0")/lib.sh"
. "$NET/lib-legacy.sh"

topo
start old "$M" "$OLD" -m -s 1234
wait_listen "$M" 1234
slave -L 0.3 -c 10.8.0.2:1234 -i wan
legacy_params 1500
legacy_traffic
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# A session over TCP and IPv4 crosses the captured interface: no loop; ping and
# TCP work.
#
#   M (master) net --- lan R wan ---- wan G (slave) 10.9.0.1:1234
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"

topo_through
slave -s 1234 -i wan
wait_listen "$G" 1234
master -m -u -C -c 10.9.0.1:1234
wait_session
no_loop 'tcp port 1234'
ok

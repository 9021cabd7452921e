#!/bin/sh
# SPDX-License-Identifier: ISC
# The slave connects, and its connection crosses the captured interface: no
# loop.
#
#   M (master) 10.8.0.2:1234 net --- lan R wan ---- wan G (slave -c)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"

topo_through
master -m -u -C -s 1234
wait_listen "$M" 1234
slave -c 10.8.0.2:1234 -i wan
wait_session
no_loop 'tcp port 1234'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Somebody deletes the doll: the master makes it again and configures it, and
# frames flow both ways, in the same session.
#
#   R --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

topo
pair
ip -n "$M" link show puppet0 | grep -q 02:00:00:09:00:01 || fail "no copy"
ip -n "$M" link del puppet0
within 1000 'alike && carrier' 'made again'
wait_log master.log '^etherpuppet: puppet0: .*(gone|deleted|made again)'
doll_address
pings "$M" 10.9.0.2
one_session
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# A doll with the gateway's address answers for the gateway: one warning that
# names -r and -C; none with -r or -C.
#
#   R wan ---- wan G (slave) 10.9.0.1   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"

topo
pair
wait_log master.log 'puppet0.*(-r.*-C|-C.*-r)'
[ "$(grep -cE 'puppet0.*(-r.*-C|-C.*-r)' "$TMP/master.log")" = 1 ] ||
    fail 'said more than once'
for quiet in -r -C; do
	stop "$MASTER"
	master -m -u $quiet -c 10.8.0.1:1234
	wait_session
	unsaid master.log 'puppet0.*(-r.*-C|-C.*-r)' ||
	    fail "warned with $quiet"
done
ok

#!/bin/sh
# Somebody deletes the doll: the master makes it again and configures it, and
# frames flow both ways, in the same session.
#
#   R --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

topo
pair
ip -n "$M" link show puppet0 | grep -q 02:00:00:09:00:01 || fail "no copy"
ip -n "$M" link del puppet0
wait_log master.log '^etherpuppet: puppet0: .*(gone|deleted|made again)'
wait_session
[ "$(mac "$M" puppet0)" = 02:00:00:09:00:01 ] || fail "the new doll's MAC"
ip -n "$M" addr show puppet0 | grep -q 'inet 10\.9\.0\.1/24' ||
    fail "the new doll has no address"
doll_address
pings "$M" 10.9.0.2
! grep -q EOF "$TMP/slave.log" || fail "the session ended"
ok

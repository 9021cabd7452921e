#!/bin/sh
# SPDX-License-Identifier: ISC
# The real interface goes down and comes up: said once each, the doll's carrier
# follows, frames flow again, and the session is the same one.
#
#   R --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

topo
pair
pings "$R" 10.9.0.1
sniff doll "$M" puppet0 icmp
ip -n "$G" link set wan down
wait_for 10 no_carrier "the doll kept its carrier"
wait_log slave.log '^etherpuppet: wan: .*down'
unsaid master.log 'session ended' || fail "the session did not survive"

ip -n "$G" link set wan up
wait_for 10 carrier "the doll's carrier did not come back"
wait_log slave.log '^etherpuppet: wan: .*up'
pings "$R" 10.9.0.1
wait_frames doll 6
[ "$(said slave.log 'wan: .*down' | wc -l)" = 1 ] || fail "said more than once"
[ "$(said slave.log 'wan: .*up' | wc -l)" = 1 ] || fail "said more than once"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# A slave with -e cannot know the end points of its connection: it refuses to
# start and names the remedies.  With -M there is no loop.
#
#   M (sshd, master -s -) net --- lan R wan ---- wan G (slave -e ssh)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"

topo_through
sshd_in "$M"
there="$(ssh_to 10.8.0.2) $EP -m -u -C -s -"
slave -i wan -e "$there"
wait_exit "$SLAVE" 10
[ "$STATUS" = 1 ] || [ "$STATUS" = 2 ] || fail "exit status $STATUS"
grep -q -- '-M' "$TMP/slave.log" || fail 'the refusal does not name -M'
grep -q -- '-B' "$TMP/slave.log" || fail 'the refusal does not name -B'
no_interface "$M" puppet0 || fail 'the command was run'
slave -i wan -M '*:*,10.8.0.2:22' -e "$there"
wait_session 20
no_loop 'tcp port 22'
ok

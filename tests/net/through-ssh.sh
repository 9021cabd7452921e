#!/bin/sh
# SPDX-License-Identifier: ISC
# -e 'ssh ...': the ssh connection crosses the captured interface.  The slave
# knows it by SSH_CONNECTION and leaves it out: no loop; ping and TCP work.
#
#   M (master -e ssh) net --- lan R wan ---- wan G (sshd, slave -s -)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"

topo_through
sshd_in "$G"
master -m -u -C -e "$(ssh_to 10.9.0.1) $EP -i wan -s -"
wait_session 20
no_loop 'tcp port 22'
# the slave ends with its session
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
wait_for 10 'lacks " -i wan" running "$G"' 'the slave outlived its session'
ok

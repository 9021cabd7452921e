#!/bin/sh
# SPDX-License-Identifier: ISC
# A slave and a master on unix sockets, with `ssh -L' between them: nothing
# listens on a port but sshd, whose connection crosses the captured interface
# and is left out by -M.
#
#   M (master -c /path, ssh -L) net --- lan R wan ---- wan G (sshd, slave -s /path)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"

topo_through
sshd_in "$G"
slave -s "$TMP/gw.sock" -i wan -M '*:*,10.9.0.1:22'
wait_log slave.log "listening on $TMP/gw.sock"
# shellcheck disable=SC2046
start ssh "$M" $(ssh_to 10.9.0.1) -N -L "$TMP/here.sock:$TMP/gw.sock"
wait_for 10 '[ -S "$TMP/here.sock" ]' 'ssh does not listen'
master -m -u -C -c "$TMP/here.sock"
wait_session 20
no_loop 'tcp port 22'
ok

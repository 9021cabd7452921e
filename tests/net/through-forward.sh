#!/bin/sh
# SPDX-License-Identifier: ISC
# The session comes by ssh -L: from the gateway's own loopback.  Without
# SSH_CONNECTION the slave refuses it and names the remedies.  With -M, or with
# -S in a slave that ssh starts, there is no loop.
#
#   M (master, ssh -L 1234) net --- lan R wan ---- wan G (sshd, slave)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"

topo_through
sshd_in "$G"
# shellcheck disable=SC2046
start forward "$M" $(ssh_to 10.9.0.1) -N -L 127.0.0.1:1234:127.0.0.1:1234
wait_listen "$M" 1234

slave -s 127.0.0.1:1234 -i wan
# the slave may refuse at its start, or refuse the session
wait_for 10 '! alive $SLAVE || grep -q "listening on" "$TMP/slave.log"'
master -m -u -C -c 127.0.0.1:1234
wait_log slave.log 'preserve-env=SSH_CONNECTION'
for way in '-M' '-B'; do
	grep -q -- "$way" "$TMP/slave.log" || fail "the refusal does not name $way"
done
lacks ': puppet0: <.*LOWER_UP' ip -n "$M" -o link || fail 'a session began'
stop "$MASTER"
alive "$SLAVE" && stop "$SLAVE"

slave -s 127.0.0.1:1234 -i wan -M '*:*,10.9.0.1:22'
wait_listen "$G" 1234
master -m -u -C -c 127.0.0.1:1234
wait_session
no_loop 'tcp port 22'
stop "$MASTER"
stop "$SLAVE"

# one ssh that forwards the port and runs the slave
# shellcheck disable=SC2046
start remote "$M" $(ssh_to 10.9.0.1) -L 127.0.0.1:1235:127.0.0.1:1235 \
    "exec $EP -s 127.0.0.1:1235 -i wan -S"
wait_listen "$G" 1235
master -m -u -C -c 127.0.0.1:1235
wait_session
no_loop 'tcp port 22'
ok

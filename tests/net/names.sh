#!/bin/sh
# SPDX-License-Identifier: ISC
# At each try the master looks up the name of -c again and tries all its
# addresses.  At first the name is unknown.  Then it stands for three addresses:
# one that does not answer, one that refuses, and the slave's.  Later it stands
# for another address.  Takes 25 s.
#
#   R --wan-- G (slave on 10.8.0.1, then on fd08::1) --ctl-- M (master -c gw:1234)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

topo ipv6
ip -n "$M" addr add fd08::9/64 dev ctl nodad
cut "$G" 'in ip6 daddr fd08::1 tcp dport 1234 drop'
echo 'hosts: files' >"$TMP/nsswitch.conf"
: >"$TMP/hosts"
start master "$M" sh -c 'mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf &&
    mount --bind "$0/hosts" /etc/hosts && exec "$@"' "$TMP" \
    "$EP" -m -u -C -c gw:1234
MASTER=$PID
wait_log master.log 'gw:1234: unknown host; next try in 2 s'
slave -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234
printf 'fd08::1 gw\n10.8.0.2 gw\n10.8.0.1 gw\n' >"$TMP/hosts"
wait_session 25
stop "$SLAVE"
mend "$G"
slave -s '[fd08::1]:1234' -i wan
wait_listen "$G" 1234
echo 'fd08::1 gw' >"$TMP/hosts"
wait_session 15
wait_log slave.log 'fd08::(2|9) port [0-9]+: session begins'

# -1: the master ends with the error of the last address
stop "$SLAVE"
stop "$MASTER"
cut "$G" 'in tcp dport 1234 drop'
echo 'fd08::1 gw' >"$TMP/hosts"
start once "$M" sh -c 'mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf &&
    mount --bind "$0/hosts" /etc/hosts && exec "$@"' "$TMP" \
    "$EP" -m -1 -C -c gw:1234
wait_exit "$PID" 25
[ "$STATUS" = 1 ] || fail "-1: status $STATUS"
says -1 'etherpuppet: gw:1234: Connection timed out' "$(said once.log gw)"
refusals_end

#!/bin/sh
# SPDX-License-Identifier: ISC
# -s /path and -c /path: a unix socket that its owner alone can use, who is a
# known peer.  It goes with the process, also a killed one; a dead one is
# replaced, one in use is not.
#
#   R --wan-- G (slave -s /path) --unix socket-- M (master -c /path)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-exclusive.sh"

need setpriv stat
SOCK=$TMP/gw.sock
E='etherpuppet:'
no_socket() { [ ! -e "$SOCK" ]; }
listens() { wait_log slave.log "^$E listening on $SOCK\$"; }

topo
slave -s "$SOCK" -i wan -M '*:*,10.8.0.1:22'
listens
[ "$(stat -c '%a %u' "$SOCK")" = '600 0' ] || fail "$(stat -c '%a %u' "$SOCK")"
unsaid slave.log 'reaches this port'

# another user; a second one that listens there
cp "$EP" "$TMP/ep"
refused 1 "$E $SOCK: Permission denied" "$M" setpriv --reuid=65534 \
    --regid=65534 --clear-groups "$TMP/ep" -1 -w /dev/null -c "$SOCK"
refused 1 "$E -s $SOCK: bind: Address already in use" "$G" "$EP" \
    -s "$SOCK" -i wan -B
[ -S "$SOCK" ] || fail 'the second one has removed the socket'

# a session; a peer that is known may ask for -x
master -m -u -C -x -c "$SOCK"
wait_session
doll_address
pings "$M" 10.9.0.2
deaf
stop "$MASTER"
stop "$SLAVE"
[ "$STATUS" = 0 ] || fail "status $STATUS"
no_socket || fail 'it is left behind'

# killed: the helper removes it
slave -s "$SOCK" -i wan -B
listens
kill -9 "$SLAVE"
wait_for 5 no_socket 'a killed one leaves it behind'

# a dead one; no socket at all
"$PY" -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$SOCK"
slave -s "$SOCK" -i wan -B
listens
stop "$SLAVE"
echo precious >"$SOCK"
refused 1 "$E -s $SOCK: bind: Address already in use" "$G" "$EP" \
    -s "$SOCK" -i wan -B
[ "$(cat "$SOCK")" = precious ] || fail 'a file was removed'
rm "$SOCK"

# under sudo it belongs to the user who called it
uid=$(id -u daemon)
mkdir "$TMP/home"
chown daemon "$TMP/home"
SOCK=$TMP/home/gw.sock
start slave "$G" env SUDO_UID="$uid" "$EP" -s "$SOCK" -i wan -B
listens
[ "$(stat -c '%a %u' "$SOCK")" = "600 $uid" ] || fail "$(stat -c '%a %u' "$SOCK")"
refused 1 "$E -s /gw.sock: bind: Permission denied" "$G" \
    env SUDO_UID="$uid" "$EP" -s /gw.sock -i wan -B
stop "$PID"
no_socket || fail 'it is left behind'
refusals_end

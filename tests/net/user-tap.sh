#!/bin/sh
# SPDX-License-Identifier: ISC
# A persistent tap that belongs to a user is the doll (-I): the master needs no
# root, frames pass both ways, and the tap is still there at the end.
#
#   R wan ---- wan G (slave) ctl ---- ctl M (master as nobody -C -I mine): mine
. "$(dirname "$0")/lib.sh"

need setpriv mknod
topo
slave -s 1234 -i wan
wait_listen "$G" 1234
ip -n "$M" tuntap add dev mine mode tap user nobody ||
    skip 'no persistent taps here'
DOLL=mine
doll_address
cp "$EP" "$TMP/program"
chmod 755 "$TMP/program"
# most systems let everybody open /dev/net/tun; here it is open to this process
mknod -m 666 "$TMP/tun" c 10 200
start master "$M" sh -c "mount --bind '$TMP/tun' /dev/net/tun &&
    exec setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all \
    '$TMP/program' -m -C -I mine -c 10.8.0.1:1234"
MASTER=$PID
wait_session
grep -q "^Uid:[[:space:]]*$(id -u nobody)[[:space:]]" "/proc/$MASTER/status" ||
    fail 'the master does not run as nobody'
pings "$M" 10.9.0.2
transfer "$R" "$M" 10.9.0.3 5000000
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
ip -n "$M" link show mine >/dev/null || fail 'the tap is gone'
ok

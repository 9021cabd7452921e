#!/bin/sh
# SPDX-License-Identifier: ISC
# A process that cannot start says so in one line (object, call, reason,
# remedy), and ends with status 1.
#
#   R --wan-- G (slaves) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"

need setpriv
topo
cp "$EP" "$TMP/etherpuppet"
chmod 755 "$TMP/etherpuppet"
BY=$TMP/etherpuppet

E='etherpuppet:'

refused 1 "$E eth9: no such interface" "$G" "$EP" -i eth9 -s 1234
refused 1 "$E lo: a loopback interface hears what it sends" \
    "$G" "$EP" -i lo -s 1234
ip -n "$M" tuntap add dev vpn0 mode tun
KIND='TUNSETIFF: Invalid argument; there is an interface of this name and another kind, or none may have it'
refused 1 "$E vpn0: $KIND" "$M" "$EP" -m -I vpn0 -s 1234
refused 1 "$E ctl: $KIND" "$M" "$EP" -m -I ctl -s 1234
refused 1 "$E $TMP/no/where: No such file or directory" \
    "$M" "$EP" -m -w "$TMP/no/where" -s 1234

# a file in /run/netns that no namespace is mounted on
HOSTS="$HOSTS epS$$"
: >"/run/netns/epS$$"
refused 1 "$E -n epS$$: NS_GET_NSTYPE: Invalid argument; a file that nothing is \
mounted on: see \`ip netns del'" "$M" "$EP" -m -n "epS$$" -c 10.8.0.1:1234

# the user nobody, without any capability and with one
set -- setpriv --reuid=65534 --regid=65534 --clear-groups
refused 1 "$E wan: socket(AF_PACKET): Operation not permitted; run as root, \
or setcap cap_net_raw+ep $BY" "$G" "$@" "$BY" -i wan -s 1234
case $(stat -c %a /dev/net/tun) in
*[67]) TUN="TUNSETIFF: Operation not permitted; run as root, or setcap \
cap_net_admin+ep $BY; or see \`ip tuntap add NAME mode tap user YOU', and -I \
NAME" ;;
*) TUN='/dev/net/tun: Permission denied; run as root, or be let in there: see '\
'its mode and group' ;;
esac
refused 1 "$E puppet0: $TUN" \
    "$M" "$@" "$BY" -m -c 10.8.0.1:1234
refused 1 "$E -n lab$$: mount /run/netns: Operation not permitted; run as root" \
    "$M" "$@" "$BY" -m -n "lab$$" -c 10.8.0.1:1234
refused 1 "$E -s 10.8.0.1:80: bind: Permission denied" \
    "$G" "$@" --inh-caps +net_raw --ambient-caps +net_raw \
    "$BY" -i wan -s 10.8.0.1:80

start holder "$G" "$PY" -c 'import socket, time
s = socket.socket(); s.bind(("0.0.0.0", 1234)); s.listen()
print("bound", flush=True); time.sleep(100)'
wait_log holder.log bound
refused 1 "$E -s 10.8.0.1:1234: bind: Address already in use" \
    "$G" "$EP" -i wan -s 10.8.0.1:1234
refused 1 "$E -s 1234: bind: Address already in use" \
    "$G" "$EP" -i wan -s 1234
refused 1 "$E -s 10.8.0.77:1234: bind: Cannot assign requested address" \
    "$G" "$EP" -i wan -s 10.8.0.77:1234

# names are looked up in files only: no name server answers here
echo 'hosts: files' >"$TMP/nsswitch.conf"
set -- sh -c 'mount --bind "$0" /etc/nsswitch.conf && exec "$@"' \
    "$TMP/nsswitch.conf"
refused 1 "$E puppet0: made
$E no-such-host:1234: unknown host" \
    "$M" "$@" "$EP" -m -1 -c no-such-host:1234
start unknown "$M" "$@" "$EP" -m -c no-such-host:1234
wait_log unknown.log 'in 2 s'
says 'unknown host without -1' "\
$E puppet0: made
$E no-such-host:1234: unknown host; next try in 1 s
$E no-such-host:1234: unknown host; next try in 2 s" "$(said unknown.log)"
stop "$PID"
[ "$STATUS" = 0 ] || fail "SIGTERM between two tries: status $STATUS"

refused 1 "$E puppet0: made
$E 10.8.0.1:9: Connection refused" "$M" "$EP" -m -1 -c 10.8.0.1:9
refused 1 "$E 10.8.0.1:9: Connection refused" \
    "$G" "$EP" -1 -i wan -c 10.8.0.1:9
refusals_end

#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's first command: the doll shows a router's interface, and the
# session's ssh crosses this very interface.  The doll shows all but that ssh.
# One TCP connection to the router and one through it survive.  Nothing is
# injected.
#
#   R (here: master, doll) --eth0-- G (router: sshd, slave) --ctl-- M (server)
. "$(dirname "$0")/lib.sh"

need ssh sshd tcpdump
topo
eth0
DOLLHOST=$R ROUTER=10.9.0.1
in_G sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
ip -n "$R" route add 10.8.0.0/24 via 10.9.0.1
ip -n "$M" route add 10.9.0.0/24 via 10.8.0.1
sshd_start "$G"

# talk NAME ADDRESS: opens a connection that sends bytes and gets them back
# until there is $TMP/enough
talk() {
	start "$1" "$R" "$PY" "$NET/echo.py" client "$2" 7 "$TMP/enough"
	eval "$1=\$PID"
	wait_log "$1.log" '^TALKING'
}

start echo_router "$G" "$PY" "$NET/echo.py" serve 7
start echo_server "$M" "$PY" "$NET/echo.py" serve 7
wait_listen "$G" 7
wait_listen "$M" 7
talk to_router 10.9.0.1
talk through_router 10.8.0.2
sniff wire "$R" wan -Q in

readme master "$R" "sudo etherpuppet -m -u -r -C -e 'ssh root@router etherpuppet -i eth0 -s -'"
MASTER=$PID
wait_session 20
sniff doll "$R" puppet0
pings "$R" 10.9.0.1
wait_for 10 "[ \$(tcpdump -n -r '$TMP/doll.pcap' icmp 2>/dev/null | wc -l) -ge 6 ]" \
    "the doll did not see the pings"
for port in 10.9.0.1 10.8.0.2; do
	wait_for 10 "tcpdump -n -r '$TMP/doll.pcap' host $port and port 7 \
	    2>/dev/null | grep -q ." "the doll did not see TCP with $port"
done
# frames sent on the doll must not leave by the router's interface
in_R "$PY" -c 'import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("puppet0", 0))
for i in range(20):
    s.send(bytes.fromhex("ffffffffffff0200000000aa88b5") + bytes(46))'
wait_for 10 "tcpdump -n -r '$TMP/doll.pcap' ether proto 0x88b5 2>/dev/null |
    grep -q ." "the test frames are not on the doll"
pings "$R" 10.9.0.1 10

: >"$TMP/enough"
for name in to_router through_router; do
	eval "wait_exit \$$name 10"
	[ "$STATUS" = 0 ] || fail "$name: the TCP connection did not survive"
done
tcpdump -n -r "$TMP/doll.pcap" tcp port 22 2>/dev/null >"$TMP/own"
[ ! -s "$TMP/own" ] || fail "the doll shows the session's own ssh"
sniff_end wire
tcpdump -n -e -r "$TMP/wire.pcap" not ether src 02:00:00:09:00:01 2>/dev/null \
    >"$TMP/foreign"
[ ! -s "$TMP/foreign" ] ||
    fail "a foreign frame left: $(head -n 1 "$TMP/foreign")"
"$PY" "$NET/echo.py" twice "$TMP/wire.pcap" >"$TMP/twice" ||
    fail "the router's interface sent frames twice: $(cat "$TMP/twice")"
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "the master ended with status $STATUS"
ok

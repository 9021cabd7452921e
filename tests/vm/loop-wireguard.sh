#!/bin/sh
# SPDX-License-Identifier: ISC
# The session runs inside WireGuard, whose packets cross the captured interface.
# No filter of end points can recognise them, and each captured one makes
# another one.  The guard finds the loop and stops it.  With the -f that its
# line names there is no loop.
#
#   M (master) net -------- lan R wan -------- wan G (slave -i wan)
#      wg0 10.7.0.2 ======= WireGuard, port 51820 ======= 10.7.0.1 wg0
. "$(dirname "$0")/../net/lib.sh"
. "$NET/lib-through.sh"
. "$NET/lib-loop.sh"

need wg
topo_through
modprobe -q wireguard 2>/dev/null || true
for host in "$G" "$M"; do
	ip -n "$host" link add wg0 type wireguard 2>"$TMP/wg.log" ||
	    skip 'no WireGuard in this kernel'
	wg genkey >"$TMP/key.$host"
done
# wireguard HOST ADDRESS PEER ENDPOINT: sets up wg0
wireguard() {
	ip netns exec "$1" wg set wg0 listen-port 51820 \
	    private-key "$TMP/key.$1" peer "$(wg pubkey <"$TMP/key.$3")" \
	    endpoint "$4:51820" allowed-ips 10.7.0.0/24
	ip -n "$1" addr add "$2/24" dev wg0
	ip -n "$1" link set wg0 up
}
wireguard "$G" 10.7.0.1 "$M" 10.8.0.2
wireguard "$M" 10.7.0.2 "$G" 10.9.0.1
wait_for 10 'in_M ping -c 1 -W 1 10.7.0.1 >/dev/null' \
    'nothing passes the tunnel'

slave -i wan -s 10.7.0.1:1234
wait_listen "$G" 1234
master -m -u -C -c 10.7.0.1:1234
wait_session 30
loop_held slave.log
stop "$MASTER"
stop "$SLAVE"

slave -i wan -s 10.7.0.1:1234 -f 'not udp port 51820'
wait_listen "$G" 1234
master -m -u -C -c 10.7.0.1:1234
wait_session 30
no_loop 'udp port 51820'
[ "$(counted slave.log "$LOOP")" = 0 ] || fail 'there is a loop in spite of -f'
ok

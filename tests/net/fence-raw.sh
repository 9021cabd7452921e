#!/bin/sh
# SPDX-License-Identifier: ISC
# A raw IP doll on a host that routes: the gateway's own packets, which come to
# the doll, do not leave by its interface a second time; nor do others get in.
# The doll was made as a TAP, and anew as a TUN.
#
#   R raw 10.9.0.2 ==== raw G (slave) 10.9.0.1   ctl ---- ctl M (master): puppet0
. "$(dirname "$0")/lib.sh"
. "$NET/lib-fence.sh"

# crossings NAME MASTER-ARGS: how often the gateway's 20 packets cross, into N
crossings() {
	# shellcheck disable=SC2086
	master -m -u -C -D 0 -c 10.8.0.1:1234 $2
	wait_session
	ip -n "$M" addr add 10.9.0.3 peer 10.9.0.2 dev puppet0
	pings "$M" 10.9.0.2
	sniff "$1" "$G" raw -Q out udp port 5000
	in_G "$PY" -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(20):
    s.sendto(b"own", ("10.9.0.2", 5000))'
	in_R "$PY" "$NET/fence.py" send raw 5000 :10.8.0.2:$1-local \
	    :10.5.0.2:$1-routed :10.9.0.3:$1-me
	wait_log heard.log "^$1-me\$"
	pings "$M" 10.9.0.2 # behind all
	N=$(frames "$1")
	stop "$MASTER"
}

topo_fence
stop "$SLAVE"
ip -n "$R" addr del 10.9.0.2/24 dev wan
ip -n "$G" addr del 10.9.0.1/24 dev wan
start cable "$G" "$PY" "$NET/tunlink.py" raw "$R" "$G"
wait_log cable.log '^ready'
ip -n "$R" addr add 10.9.0.2 peer 10.9.0.1 dev raw
ip -n "$G" addr add 10.9.0.1 peer 10.9.0.2 dev raw
ip -n "$R" link set raw up
ip -n "$G" link set raw up
ip -n "$R" route add 10.9.0.3/32 dev raw
slave -s 1234 -i raw -D 0
wait_listen "$G" 1234

crossings open -O
[ "$N" -gt 20 ] || fail "-O: $N packets, as if nothing was routed"
crossings shut ''
[ "$N" = 20 ] || fail "$N packets where the gateway sent 20"
settle end
heard heard open local me
heard heard shut me
heard beyond shut
ok

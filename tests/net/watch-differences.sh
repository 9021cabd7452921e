#!/bin/sh
# SPDX-License-Identifier: ISC
# Only differences are applied: a change of other parameters leaves a route and
# a TCP connection of the doll alone, and the doll's kernel announces only what
# has changed.
#
#   R wan -------- wan G (slave)   ctl ---- ctl M: puppet0
#      TCP client     10.9.0.50, deaf              10.9.0.50, TCP server
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

# told N LINKS ADDRESSES: the kernel in M has announced so many changes of the
# doll's link and of its addresses.  127.0.0.N, a new one, marks this moment.
told() {
	ip -n "$M" addr add "127.0.0.$1/32" dev lo
	wait_log monitor.log "127\\.0\\.0\\.$1/32"
	[ "$(said monitor.log 'puppet0: ' | wc -l)" = "$2" ] &&
	    [ "$(said monitor.log 'puppet0    inet' | wc -l)" = "$3" ] ||
	    fail "not $2 and $3 changes of the doll: $(cat "$TMP/monitor.log")"
}

need nft
topo
ip -n "$G" addr add 10.9.0.50/24 brd + dev wan
in_G nft -f - <<'END' 2>"$TMP/nft.log" || skip 'no packet filter here'
add table ip deaf
add chain ip deaf i { type filter hook input priority 0; }
add rule ip deaf i ip daddr 10.9.0.50 drop
END
pair
within 1000 alike 'the start'
ip -n "$M" route add 10.99.0.0/24 via 10.9.0.2 dev puppet0
start echo_server "$M" "$PY" "$NET/echo.py" serve 7
wait_listen "$M" 7
start echo_client "$R" "$PY" "$NET/echo.py" client 10.9.0.50 7 "$TMP/enough"
CLIENT=$PID
wait_log echo_client.log '^TALKING'
start monitor "$M" ip monitor link address
wait_for 5 "ip netns exec $M ss -f netlink | grep -q ip/" \
    'ip monitor does not listen'

follows addr add 10.9.0.77/24 brd + dev wan
told 10 0 1
follows addr del 10.9.0.77/24 dev wan
told 11 0 2
ip -n "$G" link set wan name lan9 ||
    skip 'this kernel renames no interface that is up'
REAL=lan9
wait_log slave.log 'renamed to lan9' 1
follows link set lan9 mtu 1400	# arrives after the new name, or with it
follows link set lan9 mtu 1500
told 12 2 2
follows addr add 192.0.2.1/24 dev lan9

: >"$TMP/enough"
wait_exit "$CLIENT" 10
[ "$STATUS" = 0 ] || fail 'the TCP connection did not survive'
ip -n "$M" route show 10.99.0.0/24 | grep -q 'via 10.9.0.2 dev puppet0' ||
    fail 'the route did not survive'
one_session
ok

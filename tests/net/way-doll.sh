#!/bin/sh
# SPDX-License-Identifier: ISC
# The user sets a route through the doll that is better than the session's own:
# a line names it within seconds.  A connection of the master's own stays on its
# interface, and frames go on; for a connection of ssh there is only the line.
#
#   R wan ---- wan G (slave) ctl ---- ctl M: puppet0, later a route to 10.8.0.1
. "$(dirname "$0")/lib.sh"

need ssh sshd
line='puppet0: the route to 10\.8\.0\.1, where this session goes, now leads into the doll'
# heard: prints how many pings the doll has shown
heard() {
	tcpdump -n -r "$TMP/doll.pcap" 'icmp[icmptype] = icmp-echo' 2>/dev/null | wc -l
}

topo
pair '' '-C -O'
wait_for 10 carrier 'the doll has no carrier'
ip -n "$M" addr add 10.9.0.77/24 dev puppet0
unsaid master.log "$line" || fail 'the line came without such a route'
ip -n "$M" route add 10.8.0.1/32 dev puppet0
wait_log master.log "$line; this connection stays on ctl" 4
sniff doll "$M" puppet0
pings "$R" 10.9.0.1 5
wait_for 10 '[ "$(heard)" = 5 ]' 'the doll does not show the pings'
[ "$(grep -cE "$line" "$TMP/master.log")" = 1 ] ||
    fail 'the line came more than once'
unsaid master.log 'session ended' || fail 'the session ended'
ip -n "$M" route del 10.8.0.1/32 dev puppet0
stop "$MASTER"
stop "$SLAVE"

eth0
sshd_start "$G"
readme master "$M" "sudo etherpuppet -m -u -r -C -e 'ssh root@router etherpuppet -i eth0 -s -'"
MASTER=$PID
wait_session 20
ip -n "$M" addr add 10.9.0.77/24 dev puppet0
ip -n "$M" route add 10.8.0.1/32 dev puppet0
wait_log master.log "$line; the session will fall silent" 4
ip -n "$M" route del 10.8.0.1/32 dev puppet0
ok

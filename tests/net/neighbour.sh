#!/bin/sh
# SPDX-License-Identifier: ISC
# The real interface's own host does not hear what the doll sends.  If the doll
# has a MAC address of its own (-C), the master answers ARP for that host's
# addresses itself, and logs a line once.  It answers nothing with -x, because
# the doll may use these addresses then, and nothing with -r.
#
#   R wan 10.9.0.2 ---- wan 10.9.0.1 G (slave)   ctl ---- ctl M: puppet0 10.9.0.77
. "$(dirname "$0")/lib.sh"

need arping
line='puppet0: asks for 10\.9\.0\.1, which is the real interface.s own host'

# own SLAVE-OPTIONS MASTER-OPTIONS: a session whose doll has 10.9.0.77
own() {
	pair "$1" "$2"
	wait_for 10 carrier 'the doll has no carrier'
	ip -n "$M" addr add 10.9.0.77/24 dev puppet0
}

ask() { in_M arping -c 3 -w 3 -I puppet0 10.9.0.1 >"$TMP/arping.log" 2>&1; }

topo
own '' -C
sniff wire "$R" wan arp
pings "$M" 10.9.0.2
ask || fail 'the gateway has no MAC address'
grep -qi 'from 10.9.0.1 \[02:00:00:09:00:01\]' "$TMP/arping.log" ||
    fail "another MAC address answers: $(cat "$TMP/arping.log")"
wait_log master.log "$line"
[ "$(grep -c "$line" "$TMP/master.log")" = 1 ] ||
    fail 'the line came more than once'
# duplicate address detection must find that 10.9.0.1 is taken
! in_M arping -D -c 2 -w 3 -I puppet0 10.9.0.1 >/dev/null 2>&1 ||
    fail 'duplicate detection finds 10.9.0.1 free'
# no host has 10.9.0.3: nobody answers for it
! in_M arping -c 2 -w 2 -I puppet0 10.9.0.3 >/dev/null 2>&1 ||
    fail '10.9.0.3 answers'
sniff_end wire
tcpdump -n -e -r "$TMP/wire.pcap" 2>/dev/null >"$TMP/arp"
grep -q 'Request who-has 10.9.0.1' "$TMP/arp" ||
    fail 'the ARP request is not on the wire'
unsaid arp 'Reply 10.9.0.1 is-at' || fail 'the ARP reply is on the wire'
stop "$MASTER"
stop "$SLAVE"

own -x -C
! ask || fail 'the master answered with -x'
stop "$MASTER"
stop "$SLAVE"

own '' '-C -r'
! ask || fail 'the master answered with -r'
unsaid master.log "$line" || fail 'the line came with -r'
ok

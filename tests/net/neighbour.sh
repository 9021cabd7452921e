#!/bin/sh
# SPDX-License-Identifier: ISC
# The real interface's own host does not hear the doll.  A doll of its own MAC
# address (-C) is told so once, and its ARP for that host's addresses is
# answered, as every other host of the network would see it; not with -x, where
# the doll may take these addresses, and nothing of it leaves here.
#
#   R wan 10.9.0.2 ---- wan 10.9.0.1 G (slave)   ctl ---- ctl M: puppet0 10.9.0.77
. "$(dirname "$0")/lib.sh"

need arping
line='puppet0: asks for 10\.9\.0\.1, which is the real interface.s own host'

# own SLAVE MASTER: a doll with an address of its own
own() {
	pair "$1" "$2"
	wait_for 10 carrier 'no carrier'
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
[ "$(grep -c "$line" "$TMP/master.log")" = 1 ] || fail 'said more than once'
# duplicate detection: the address is taken
! in_M arping -D -c 2 -w 3 -I puppet0 10.9.0.1 >/dev/null 2>&1 ||
    fail 'duplicate detection finds 10.9.0.1 free'
# nobody has this one
! in_M arping -c 2 -w 2 -I puppet0 10.9.0.3 >/dev/null 2>&1 ||
    fail '10.9.0.3 answers'
sniff_end wire
tcpdump -n -e -r "$TMP/wire.pcap" 2>/dev/null >"$TMP/arp"
grep -q 'Request who-has 10.9.0.1' "$TMP/arp" || fail 'the question did not leave'
unsaid arp 'Reply 10.9.0.1 is-at' || fail 'the answer left, too'
stop "$MASTER"
stop "$SLAVE"

own -x -C
! ask || fail 'answered for a gateway that is deaf'
stop "$MASTER"
stop "$SLAVE"

own '' '-C -r'
! ask || fail 'answered although nothing is sent'
unsaid master.log "$line" || fail 'said although nothing is sent'
ok

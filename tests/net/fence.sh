#!/bin/sh
# SPDX-License-Identifier: ISC
# A doll does not open the master's host to the wire: what is sent there to
# other addresses of the host reaches no service and is not routed on, and
# nobody answers ARP for them; the doll's own addresses answer, and hear
# broadcast and multicast.  -O opens it.
. "$(dirname "$0")/lib.sh"
. "$NET/lib-fence.sh"

own() { # WORD
	in_R "$PY" "$NET/fence.py" send wan 5000 $OWN:10.9.0.3:$1-me \
	    $OWN:fd09//3:$1-me6 $ALL:10.9.0.255:$1-net \
	    $ALL:255.255.255.255:$1-limited 333300000001:ff02//1:$1-group6
	for w in me me6 net limited group6; do
		wait_log heard.log "^$1-$w\$"
	done
}

topo_fence
doll -O
lacks etherpuppet in_M nft list ruleset || fail '-O: a table'
forge open
wait_log heard.log '^open-lan6$'
wait_log beyond.log '^open-routed6$'
heard heard open all own lan all6 own6 lan6 cast
heard beyond open routed routed6
in_R "$PY" "$NET/fence.py" arp wan 10.8.0.2 10.9.0.3 >"$TMP/arp"
grep -qx 10.8.0.2 "$TMP/arp" || fail '-O: not as any other interface'
stop "$MASTER"

doll ''
forge shut
own shut
settle end
heard heard shut me me6 net limited group6
heard beyond shut
in_R "$PY" "$NET/fence.py" arp wan 10.8.0.2 10.5.0.1 10.9.0.3 >"$TMP/arp"
[ "$(cat "$TMP/arp")" = 10.9.0.3 ] || fail "ARP answers: $(cat "$TMP/arp")"
pings "$R" 10.9.0.3
pings "$R" fd09::3
transfer "$M" "$R" 10.9.0.2 1000000
unsaid master.log '[Rr]each' || fail 'it says that something is open'
ok

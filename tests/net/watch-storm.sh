#!/bin/sh
# SPDX-License-Identifier: ISC
# A storm of changes of the real interface ends in the right state of the doll.
# The slave sends some ten snapshots a second at most, not one for each change.
#
#   R wan ---- wan G (slave -d): thousands of changes   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

snapshots() { said slave.log ': said message 2,' | wc -l; }

topo
pair -d
# each round adds and removes addresses; other ones stay after each round
for round in 1 2 3 4; do
	for i in $(seq 50); do
		echo "addr add 10.5$round.$i.1/24 brd + dev wan"
		[ $((i % 5)) = $((round % 5)) ] ||
			echo "addr del 10.5$round.$i.1/24 dev wan"
		echo "link set wan mtu $((1400 + i + round))"
	done >"$TMP/round$round"
	for i in $(seq 50); do
		[ $((i % 5)) != $((round % 5)) ] ||
			echo "addr del 10.5$round.$i.1/24 dev wan"
	done >"$TMP/undo$round"
done
before=$(snapshots) from=$(ms)
for turn in $(seq 60); do
	for round in 1 2 3 4; do
		ip -n "$G" -batch "$TMP/round$round"
		ip -n "$G" -batch "$TMP/undo$round"
	done
done
ip -n "$G" -batch "$TMP/round1"
ip -n "$G" -batch "$TMP/round2"
took=$(($(ms) - from))
within 1000 alike "the storm's end"
said=$(($(snapshots) - before))
echo "$said snapshots in $took ms"
[ "$said" -ge 2 ] || fail 'no storm was seen'
[ "$said" -le $((took / 100 + 11)) ] || fail "$said snapshots in $took ms"
[ "$(look "$M" puppet0 | wc -l)" -ge 20 ] ||
    fail 'few addresses: the test shows nothing'
one_session
ok

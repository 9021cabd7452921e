#!/bin/sh
# SPDX-License-Identifier: ISC
# A big-endian slave and the old dialects: it says 0.4 byte for byte, serves
# Debian's 0.3 of this machine; and Debian's 0.3 of that machine, which says its
# parameters big-endian, serves our master here.
. "$(dirname "$0")/lib.sh"
. "$NET/lib-legacy.sh"

# words: what 0.4 says of wan
words() {
	name=77616e00000000000000000000000000
	rest=0000000000000000
	echo 'linktype 0001'
	echo "command 800100008924${name}0001020000090001$rest"
	echo "command 800100008922${name}05dc${rest}000000000000"
	echo "command 800100008916${name}000200000a090001$rest"
	echo "command 800100008918${name}000200000a090001$rest"
	echo "command 80010000891a${name}000200000a0900ff$rest"
	echo "command 80010000891c${name}00020000ffffff00$rest"
	echo 'command 8002'
}

# carries: pings both ways, of several sizes
carries() {
	ip -n "$M" link set puppet0 up
	wait_session
	doll_address
	for size in 0 56 1000 1400; do
		pings "$M" 10.9.0.2 2 -s $size
		pings "$R" 10.9.0.3 2 -s $size
	done
}

topo
offloads off "$R"
slave -s 1234 -i wan -p -D 0 # however busy the machine is
words >"$TMP/want"
start peer "$M" "$PY" "$NET/legacy_peer.py" master 0.4 little 40 connect \
    10.8.0.1 1234
wait_for 10 '[ "$(wc -l <"$TMP/peer.log")" -ge 8 ]' '0.4: too few words'
head -n 8 "$TMP/peer.log" | diff "$TMP/want" - || fail '0.4: other bytes'
stop "$PID"

start old "$M" "$OLD" -m -I puppet0 -c 10.8.0.1:1234
legacy_params 1500
carries
transfer "$R" "$M" 10.9.0.3 2000000
transfer "$M" "$R" 10.9.0.2 2000000
stop "$PID"
slave_stop

guest 'ip link set wan promisc on; etherpuppet-0.3 -s 1235 -i wan >/tmp/old.log 2>&1 &'
master -m -u -D 0 -L 0.3 -c 10.8.0.1:1235
legacy_params 1496
carries
ok

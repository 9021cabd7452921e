#!/bin/sh
# SPDX-License-Identifier: ISC
# Our master understands the old dialects from hosts of either byte order and
# either size of struct ifreq, listening and connecting, and answers in them.
#
#   G (a script as slave) ctl ---- ctl M (master): puppet0
. "$(dirname "$0")/lib.sh"

# what the doll sends, as a record
"$PY" - "$TMP" <<'END'
import sys
sys.path.insert(0, "tests/net")
import pcap
frame = pcap.mac("0200000900c8020000090065") + b"\x88\xb5" + bytes(range(100))
pcap.write(sys.argv[1] + "/speech.pcap", [frame])
print("frame " + (len(frame) + 2).to_bytes(2, "big").hex() + "88b5" +
      frame.hex(), file=open(sys.argv[1] + "/want", "w"))
END
topo

understand() {	# DIALECT ORDER SIZE HOW
	what="$1, $2-endian, $3 bytes, $4"
	if [ "$4" = listen ]; then
		start peer "$G" "$PY" "$NET/legacy_peer.py" slave "$@" 10.8.0.1 1234
		wait_listen "$G" 1234
		master -m -u -L "$1" -c 10.8.0.1:1234
	else
		master -m -u -s 1234
		wait_listen "$M" 1234
		start peer "$G" "$PY" "$NET/legacy_peer.py" slave "$@" 10.8.0.2 1234
	fi
	peer=$PID
	wait_session
	[ "$(mac "$M" puppet0)" = 02:00:00:09:00:11 ] || fail "$what: MAC"
	mtu=$(ip netns exec "$M" cat /sys/class/net/puppet0/mtu)
	[ "$mtu" = 1400 ] || [ "$mtu" = 1396 ] || fail "$what: MTU $mtu"
	ip -n "$M" -4 -o addr show dev puppet0 |
	    grep -q 'inet 10\.9\.0\.1/24 brd 10\.9\.0\.255 scope' ||
	    fail "$what: $(ip -n "$M" -4 -o addr show dev puppet0)"
	in_M "$PY" "$NET/pcap.py" send puppet0 "$TMP/speech.pcap"
	wait_log peer.log '^frame'
	grep -v '^greeting' "$TMP/peer.log" | diff "$TMP/want" - ||
	    fail "$what: other bytes"
	if [ "$4" = listen ]; then
		grep -q "^greeting 1337010${1#0.}$" "$TMP/peer.log" ||
		    fail "$what: greeting"
	fi
	rx=$(counter "$M" puppet0 rx_bytes)
	[ "$rx" = 78 ] || fail "$what: the doll received $rx bytes, not 78"
	stop "$peer"
	stop "$MASTER"
}

for how in listen connect; do
	understand 0.4 little 40 $how
	understand 0.4 big 40 $how
	understand 0.3 little 40 $how
	understand 0.3 big 40 $how
	understand 0.3 little 32 $how
	understand 0.3 big 32 $how
done
ok

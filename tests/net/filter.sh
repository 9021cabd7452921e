#!/bin/sh
# -f on either side: the doll sees what tcpdump with the same filter sees on
# the real interface, VLAN expressions included.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master -r) puppet0
#     replayed              tcpdump FILTER                     tcpdump
. "$(dirname "$0")/lib.sh"

from=02:00:00:09:00:64 nobody=02:00:00:09:00:c8

watch() {	# slave|master FILTER
	slave_f='' master_f=''
	[ "$1" = slave ] && slave_f=-f || master_f=-f
	filter="ether proto 0x9999 or ($2)"
	slave -s 1234 -i wan ${slave_f:+-f "$filter"}
	wait_listen "$G" 1234
	master -m -u -r -c 10.8.0.1:1234 ${master_f:+-f "$filter"}
	wait_session
	sniff wan "$G" wan "$filter"
	sniff doll "$M" puppet0
	in_R "$PY" "$NET/pcap.py" send wan "$TMP/all.pcap"
	in_R "$PY" "$NET/pcap.py" send wan "$TMP/last.pcap"
	wait_for 10 'tcpdump -nr "$TMP/doll.pcap" ether proto 0x9999 2>/dev/null |
	    grep -q .' 'the last frame never reached the doll'
	sniff_end wan
	sniff_end doll
	"$PY" "$NET/pcap.py" compare "$TMP/wan.pcap" "$TMP/doll.pcap" ||
	    fail "$1 -f '$filter'"
	n=$(frames wan)
	if [ "$n" -le 1 ] || [ "$n" -gt "$(frames all)" ]; then
		fail "$n frames tell nothing about '$filter'"
	fi
	stop "$MASTER"
	stop "$SLAVE"
}

topo
"$PY" "$NET/pcap.py" craft "$TMP/all.pcap" $from $nobody 1514
"$PY" - "$TMP/last.pcap" <<'END'
import sys
sys.path.insert(0, "tests/net")
import pcap
head = pcap.mac("0200000900c8020000090064") + b"\x99\x99"
pcap.write(sys.argv[1], [head + bytes(50)])
END
watch slave 'arp'
watch slave 'udp port 2000 and not vlan'
watch slave 'vlan 5'
watch master 'ip6 and greater 500'
watch master 'vlan 7 and vlan 8'
ok

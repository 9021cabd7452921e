#!/bin/sh
# SPDX-License-Identifier: ISC
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
	slave -s 1234 -i wan -D 0 ${slave_f:+-f "$2"}
	wait_listen "$G" 1234
	master -m -u -r -D 0 -c 10.8.0.1:1234 ${master_f:+-f "$2"}
	wait_session
	sniff wan "$G" wan "$2"
	sniff doll "$M" puppet0
	in_R "$PY" "$NET/pcap.py" send wan "$TMP/all.pcap"
	sniff_end wan
	n=$(frames wan)
	if [ "$n" = 0 ] || [ "$n" -ge "$(frames all)" ]; then
		fail "$n frames tell nothing about '$2'"
	fi
	wait_frames doll "$n"
	sniff_end doll
	"$PY" "$NET/pcap.py" compare "$TMP/wan.pcap" "$TMP/doll.pcap" ||
	    fail "$1 -f '$2'"
	stop "$MASTER"
	stop "$SLAVE"
}

topo
"$PY" "$NET/pcap.py" craft "$TMP/all.pcap" $from $nobody 1514
watch slave 'arp'
watch slave 'udp port 2000 and not vlan'
watch slave 'vlan 5'
watch master 'ip6 and greater 500'
watch master 'vlan 7 and vlan 8'
ok

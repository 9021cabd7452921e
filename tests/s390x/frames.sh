#!/bin/sh
# SPDX-License-Identifier: ISC
# A big-endian slave carries frames of every kind byte for byte, both ways, counts
# them, and makes filters: on its own and for its master.
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

from_R=02:00:00:09:00:64 from_doll=02:00:00:09:00:65 nobody=02:00:00:09:00:c8

same() {
	"$PY" "$NET/pcap.py" compare "$TMP/$1.pcap" "$TMP/$2.pcap" "$3" ||
	    fail "$1 and $2 differ"
}

# sorted NAME: NAME.sorted, since a kernel that takes frames from a card in batches
# hands those of unknown types over behind the others of the batch
sorted() {
	"$PY" - "$NET" "$TMP/$1" <<-'end'
	import sys
	sys.path.insert(0, sys.argv[1])
	import pcap
	pcap.write(sys.argv[2] + ".sorted.pcap",
	           sorted(pcap.read(sys.argv[2] + ".pcap")))
	end
}

# counted KEY SLAVE MASTER: what each side says of itself, and of the other
counted() {
	is slave "$1" "$2"
	is slave "peer_$1" "$3"
	is master "$1" "$3"
	is master "peer_$1" "$2"
}

filtered() {	# slave|master FILTER
	slave_f='' master_f=''
	[ "$1" = slave ] && slave_f=-f || master_f=-f
	slave -s 1234 -i wan -p -D 0 ${slave_f:+-f "'$2'"}
	master -m -u -r -D 0 -c 10.8.0.1:1234 ${master_f:+-f "$2"}
	wait_session
	sniff wan "$R" wan "$2"
	sniff doll "$M" puppet0
	in_R "$PY" "$NET/pcap.py" send wan "$TMP/small.pcap"
	sniff_end wan
	n=$(frames wan)
	if [ "$n" = 0 ] || [ "$n" -ge "$(frames small)" ]; then
		fail "$n frames tell nothing about '$2'"
	fi
	wait_frames doll "$n"
	sniff_end doll
	sorted wan
	sorted doll
	same wan.sorted doll.sorted $from_R
	unpair
}

topo
"$PY" "$NET/pcap.py" craft "$TMP/small.pcap" $from_R $nobody 1514
filtered slave 'udp port 2000 and not vlan'
filtered slave 'vlan 5'
filtered master 'ip6 and greater 500 and not vlan'
filtered master 'vlan 7 and vlan 8'

ip -n "$R" link set wan mtu 65521
guest ip link set wan mtu 65521
pair '-p -D 0' '-D 0'	# every frame, however busy the machine is
sniff remote "$R" wan
sniff doll "$M" puppet0
"$PY" "$NET/pcap.py" craft "$TMP/to_doll.pcap" $from_R $nobody 65535
"$PY" "$NET/pcap.py" craft "$TMP/to_wire.pcap" $from_doll $nobody 65535
n=$(frames to_doll)
in_R "$PY" "$NET/pcap.py" send wan "$TMP/to_doll.pcap" || fail 'replay on R'
wait_frames doll "$n"
in_M "$PY" "$NET/pcap.py" send puppet0 "$TMP/to_wire.pcap" ||
    fail 'replay on the doll'
wait_frames remote $((2 * n))
sniff_end remote
sniff_end doll
same to_doll remote $from_R
sorted to_doll
sorted doll
same to_doll.sorted doll.sorted $from_R
same to_wire doll $from_doll
same to_wire remote $from_doll

becomes master peer_down_frames "$n"
slave_block
bytes=$(($(stat -c %s "$TMP/to_doll.pcap") - 24 - 16 * n))
counted up_frames "$n" "$n"
counted down_frames "$n" "$n"
counted up_bytes "$bytes" "$bytes"
counted down_bytes "$bytes" "$bytes"
for key in dropped_by_kernel stale late filtered oversize_for_peer invalid \
    refused_by_interface; do
	counted $key 0 0
done
ok

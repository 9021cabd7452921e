#!/bin/sh
# SPDX-License-Identifier: ISC
# Frames of every kind pass byte for byte and in order, both ways: VLAN, QinQ,
# VID 0, 802.1ad, runts of 14 bytes, up to 65535 bytes, IPv4, IPv6, ARP, unknown
# ethertypes.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master) puppet0
#     replayed, tcpdump      tcpdump                    replayed, tcpdump
. "$(dirname "$0")/lib.sh"

from_R=02:00:00:09:00:64 from_doll=02:00:00:09:00:65 nobody=02:00:00:09:00:c8

same() {
	"$PY" "$NET/pcap.py" compare "$TMP/$1.pcap" "$TMP/$2.pcap" "$3" ||
	    fail "$1 and $2 differ"
}

topo
ip -n "$R" link set wan mtu 65535
ip -n "$G" link set wan mtu 65535
pair '-D 0' '-D 0'	# every frame, however busy the machine is
sniff remote "$R" wan
sniff wan "$G" wan
sniff doll "$M" puppet0
"$PY" "$NET/pcap.py" craft "$TMP/to_doll.pcap" $from_R $nobody 65535
"$PY" "$NET/pcap.py" craft "$TMP/to_wire.pcap" $from_doll $nobody 65535
n=$(frames to_doll)

in_R "$PY" "$NET/pcap.py" send wan "$TMP/to_doll.pcap" || fail 'replay on R'
wait_frames doll "$n"
in_M "$PY" "$NET/pcap.py" send puppet0 "$TMP/to_wire.pcap" ||
    fail 'replay on the doll'
wait_frames remote $((2 * n))
for name in remote wan doll; do sniff_end $name; done

same to_doll wan $from_R
same wan doll $from_R
same to_wire doll $from_doll
same doll wan $from_doll
same wan remote $from_doll
ok

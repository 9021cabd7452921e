#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll follows each change of the real interface's MAC address and MTU
# within a second.  A new name of the real interface is logged; frames go on,
# with the filter.
#
#   R wan ---- wan, then lan9 G (slave -f icmp)   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

topo
pair '-f icmp'
follows link set wan mtu 1400
follows link set wan mtu 9000
follows link set wan address 02:00:00:09:00:99
follows link set wan address 02:00:00:09:00:01
unsaid slave.log promiscuous || fail 'a line about promiscuous mode'

ip -n "$G" link set wan down
ip -n "$G" link set wan name lan9
ip -n "$G" link set lan9 up
REAL=lan9
wait_log slave.log '^etherpuppet: wan: renamed to lan9$' 1
ip -n "$G" addr replace 10.9.0.1/24 brd + dev lan9
within 1000 'alike && carrier' 'renamed'
follows addr add 10.9.0.77/24 brd + dev lan9
sniff doll "$M" puppet0 -Q in
pings "$R" 10.9.0.1
wait_frames doll 6
sniff_end doll
lacks . tcpdump -n -r "$TMP/doll.pcap" not icmp ||
    fail 'the filter is gone'
[ "$(said slave.log 'renamed' | wc -l)" = 1 ] || fail 'the line came twice'

# lan9 is deleted: the slave waits for an interface of the first name, wan
ip -n "$G" link del lan9
wait_log slave.log '^etherpuppet: wan: interface is gone: waiting for it$' 1
within 1000 off 'deleted'
REAL=wan
link "$R" wan 02:00:00:09:00:02 "$G" wan 02:00:00:09:00:01
ip -n "$G" addr add 10.9.0.1/24 brd + dev wan
within 1000 'alike && carrier' 'made again'
one_session
ok

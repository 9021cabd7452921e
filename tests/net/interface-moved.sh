#!/bin/sh
# SPDX-License-Identifier: ISC
# The real interface comes back as a USB one does: under a name of the kernel's,
# and gets its own one afterwards.  And it goes to another network namespace and
# comes back with the number that it had.  Each time the slave is on it again,
# promiscuous and with its filter, in the same session.
#
#   R wan ---- usb0, then wan G (slave -p -f icmp)   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

back() {
	ip -n "$R" addr replace 10.9.0.2/24 brd + dev wan
	ip -n "$G" addr replace 10.9.0.1/24 brd + dev wan
	within 1000 'alike && carrier' "$1"
	within 1000 "ip -n $G -d link show wan | grep -q 'promiscuity [1-9]'" \
	    'promiscuous'
	sniff "doll$2" "$M" puppet0 -Q in
	in_R "$PY" -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(20):
    s.sendto(b"not icmp", ("10.9.0.1", 9))'
	pings "$R" 10.9.0.1
	wait_frames "doll$2" 6
	sniff_end "doll$2"
	lacks . tcpdump -n -r "$TMP/doll$2.pcap" not icmp ||
	    fail "unfiltered: $1"
}

topo
pair '-p -f icmp'
ip -n "$G" link del wan
within 1000 off 'deleted'
ip -n "$R" link add wan address 02:00:00:09:00:02 type veth \
    peer name usb0 netns "$G" address 02:00:00:09:00:01
ip -n "$R" link set wan up
within 200 "ip -n $G link show usb0 >/dev/null" 'under another name'
off || fail 'attached under another name'
ip -n "$G" link set usb0 name wan
ip -n "$G" link set wan up
back 'a name of its own' 1

index=$(ip -n "$G" -o link show wan | cut -d: -f1)
ip -n "$G" link set wan netns "$R" name away
ip -n "$R" link set away netns "$G" name wan
[ "$(ip -n "$G" -o link show wan | cut -d: -f1)" = "$index" ] ||
    fail 'another number: this tests nothing'
ip -n "$G" link set wan up
back 'there and back' 2
one_session
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# A VXLAN between the remote host and the doll, with offloads on.  Its
# super-frames (large frames, not yet cut) come to the doll whole.  From the
# doll, those with an outer checksum leave the gateway whole, the others cut.
# With -G all are cut.  The data that arrives is what was sent.
#
#   R vx 10.7.0.2                                           vx 10.7.0.3 M
#   R wan ------------- wan G (slave) ctl ------ ctl M (master) puppet0
#                           tcpdump                             tcpdump
. "$(dirname "$0")/lib.sh"
. "$NET/lib-stats.sh"

# vxlan HOST DEVICE LOCAL REMOTE INSIDE OPTION: makes vx with address INSIDE
vxlan() {
	ip -n "$1" link add vx type vxlan id 7 dstport 4789 dev "$2" \
	    local "$3" remote "$4" "$6" 2>/dev/null || skip 'no VXLAN here'
	ip -n "$1" addr add "$5/24" dev vx
	ip -n "$1" link set vx up
}

# frames_of CAPTURE MAC greater|less BYTES: prints how many VXLAN frames of this
# size the capture has from MAC
frames_of() {
	tcpdump -nr "$TMP/$1.pcap" "ether src $2 and udp port 4789 and $3 $4" \
	    2>/dev/null | wc -l
}

# whole CAPTURE MAC yes|no: the capture must have super-frames from MAC, or none
whole() {
	_n=$(frames_of "$1" "$2" greater 20000)
	[ "$(frames_of "$1" "$2" greater 1300)" -gt 0 ] || fail "$1: no frames"
	if [ "$3" = yes ]; then
		[ "$_n" -gt 0 ] || fail "$1: no super-frame from $2"
	else
		_n=$(frames_of "$1" "$2" greater 1515)
		[ "$_n" = 0 ] || fail "$1: $_n super-frames from $2"
	fi
}

# through MASTER-ARGS R M OPTION UP DOWN: TCP in a VXLAN between the addresses R
# and M.  UP and DOWN: yes or no, for super-frames on the doll and on the wire
through() {
	pair '' "-C $1"
	doll_address
	ip -n "$M" addr add fd09::3/64 dev puppet0 nodad
	vxlan "$R" wan "$2" "$3" 10.7.0.2 "$4"
	vxlan "$M" puppet0 "$3" "$2" 10.7.0.3 "$4"
	pings "$M" 10.7.0.2 1
	sniff wan "$G" wan -s 128
	sniff doll "$M" puppet0 -s 128
	transfer "$R" "$M" 10.7.0.3 20000000
	transfer "$M" "$R" 10.7.0.2 20000000
	sniff_end wan
	sniff_end doll
	whole wan 02:00:00:09:00:02 yes
	whole doll 02:00:00:09:00:02 "$5"
	whole wan 02:00:00:09:00:03 "$6"
	block master
	is master refused_by_interface 0
	is master invalid 0
	is master peer_refused_by_interface 0
	is master peer_invalid 0
	ip -n "$R" link del vx
	ip -n "$M" link del vx
	stop "$MASTER"
	stop "$SLAVE"
}

topo ipv6
offloads on
pair
block master
case $(value master offloads_up),$(value master offloads_down) in
*tunnel,*tunnel) ;;
*) skip 'no super-frames of tunnels with this kernel' ;;
esac
stop "$MASTER"
stop "$SLAVE"
through '' 10.9.0.2 10.9.0.3 udpcsum yes yes
through '' 10.9.0.2 10.9.0.3 noudpcsum yes no
through '' fd09::2 fd09::3 noudp6zerocsumtx yes yes
through -G 10.9.0.2 10.9.0.3 udpcsum no no
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# -g, on either side: the doll sees large segments, although each frame on the
# wire has the wire's size; all bytes arrive, unchanged and in order.  -G on the
# other side overrides -g.
#
#   R wan ===== TCP ===== wan G (slave) ctl ------ ctl M (master) puppet0
#   cuts itself               tcpdump                           tcpdump
. "$(dirname "$0")/lib.sh"

bytes=20000000
# With two processors the kernel itself would change the order of frames.
need taskset
taskset -cp 0 $$ >/dev/null

# tcp_counter GROUP NAME: of M's kernel
tcp_counter() {
	in_M cat /proc/net/netstat /proc/net/snmp | awk -v group="$1:" -v name="$2" '
		$1 != group { next }
		!column { for (i = 2; i <= NF; i++) if ($i == name) column = i; next }
		{ print $column; exit }'
}

troubles() {
	echo "$(tcp_counter TcpExt TCPOFOQueue)+$(tcp_counter Tcp InCsumErrors)"
}

largest() { "$PY" "$NET/pcap.py" largest "$TMP/$1.pcap"; }

# watch SLAVE-ARGS MASTER-ARGS ADDRESS
watch() {
	# frames that wait because this machine is busy do not become too old
	pair "-b 64 -D 0 $1" "-D 0 $2"
	doll_address
	ip -n "$M" addr add fd09::3/64 dev puppet0 nodad
	sniff_bulk wan "$G" wan
	sniff_bulk doll "$M" puppet0
	before=$(troubles)
	echo "$before" | grep -qE '^[0-9]+\+[0-9]+$' || fail 'no counters'
	# small bursts: nothing is lost, neither here nor by tcpdump
	transfer "$R" "$M" "$3" $bytes 30 20000000
	[ "$(troubles)" = "$before" ] ||
	    fail "out of order, wrong checksums: $before, then $(troubles)"
	read -r _ digest <"$TMP/tcp_send.log"
	wait_for 10 '[ "$("$PY" "$NET/pcap.py" tcp "$TMP/doll.pcap" \
	    02:00:00:09:00:02 2>&1 | tee "$TMP/stream.log")" = \
	    "$bytes $digest" ]' "the doll's stream is not the sender's"
	sniff_end wan
	sniff_end doll
	[ "$(largest wan)" -le 1514 ] || skip 'the kernel itself joins on wan'
	stop "$MASTER"
	stop "$SLAVE"
}

topo ipv6
offloads off
watch -g '' 10.9.0.3
[ "$(largest doll)" -gt 2900 ] || fail '-g on the slave: nothing is joined'
watch '' -g fd09::3
[ "$(largest doll)" -gt 2900 ] || fail '-g on the master: nothing is joined'
watch -g -G 10.9.0.3
[ "$(largest doll)" -le 1514 ] || fail '-G on the master: joined all the same'
watch '' '' 10.9.0.3
[ "$(largest doll)" -le 1514 ] || fail 'nobody asked, and something is joined'
ok

# SPDX-License-Identifier: ISC
# For tests where the session itself crosses the captured interface; sourced
# after lib.sh.
#
#   M (master, puppet0) net ------ lan R wan ---------- wan G (slave)
#       10.8.0.2/24        10.8.0.1/24   10.9.0.2/24       10.9.0.1/24
#       fd08::2            fd08::1       fd09::2           fd09::1
#
# R forwards packets.  The doll gets 10.9.0.3/24; a route keeps the gateway
# reachable.

# topo_through [ipv6]
topo_through() {
	host "$R" "${1:-}"
	host "$G" "${1:-}"
	host "$M" "${1:-}"
	link "$M" net 02:00:00:08:00:02 "$R" lan 02:00:00:08:00:01
	link "$R" wan 02:00:00:09:00:02 "$G" wan 02:00:00:09:00:01
	ip -n "$M" addr add 10.8.0.2/24 dev net
	ip -n "$R" addr add 10.8.0.1/24 dev lan
	ip -n "$R" addr add 10.9.0.2/24 brd + dev wan
	ip -n "$G" addr add 10.9.0.1/24 brd + dev wan
	in_R sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
	ip -n "$M" route add 10.9.0.1/32 via 10.8.0.1
	ip -n "$G" route add 10.8.0.0/24 via 10.9.0.2
	[ "${1:-}" = ipv6 ] || return 0
	ip -n "$M" addr add fd08::2/64 dev net nodad
	ip -n "$R" addr add fd08::1/64 dev lan nodad
	ip -n "$R" addr add fd09::2/64 dev wan nodad
	ip -n "$G" addr add fd09::1/64 dev wan nodad
	in_R sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	ip -n "$M" route add fd09::1/128 via fd08::1
	ip -n "$G" route add fd08::/64 via fd09::2
}

# no_loop FILTER: the doll works and sees no frame of the session (those that
# match FILTER); when there is no traffic, the session sends nothing.
no_loop() {
	doll_address
	sniff_bulk doll "$M" puppet0
	pings "$M" 10.9.0.2
	transfer "$M" "$R" 10.9.0.2 2000000 60
	transfer "$R" "$M" 10.9.0.3 2000000 60
	wait_frames doll 100
	# no traffic: two seconds with a keepalive at most; a loop never has
	# them
	_quiet=0
	for _try in 1 2 3 4 5; do
		_then=$(counter "$M" net rx_bytes)
		sleep 2
		_grown=$(($(counter "$M" net rx_bytes) - _then))
		[ "$_grown" -ge 3000 ] || { _quiet=1; break; }
	done
	[ "$_quiet" = 1 ] || fail "a loop: $_grown bytes in two idle seconds"
	sniff_end doll
	tcpdump -nr "$TMP/doll.pcap" "$1" >"$TMP/own" || fail 'tcpdump'
	[ ! -s "$TMP/own" ] ||
	    fail "the doll saw $(wc -l <"$TMP/own") frames of its own session"
	_all=$(tcpdump -nr "$TMP/doll.pcap" 'tcp port 5001' 2>/dev/null | wc -l)
	[ "$_all" -gt 50 ] || fail 'the capture on the doll is empty'
}

# sshd_in HOST: starts the test's server on port 22; ssh_to ADDRESS prints the
# command to log in there.
sshd_in() {
	need ssh ssh-keygen sshd
	case $(getent shadow root) in
	root:!*) skip 'the account root is locked' ;;
	esac
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/host_key"
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/user_key"
	cat >"$TMP/sshd_config" <<-END
		Port 22
		HostKey $TMP/host_key
		AuthorizedKeysFile $TMP/user_key.pub
		PermitRootLogin yes
		PasswordAuthentication no
		StrictModes no
		UsePAM no
		PidFile none
	END
	sshd_run "$1" "$TMP/sshd_config"
}

ssh_to() {
	echo ssh -F none -i "$TMP/user_key" -o BatchMode=yes -o LogLevel=ERROR \
	    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "root@$1"
}

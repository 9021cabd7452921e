# SPDX-License-Identifier: ISC
# Makes tunnels between R and G; sourced after lib.sh.  One that carries IPv4:
#
#   R tun0 10.6.0.2 ==== tun0 G (slave) 10.6.0.1 peer 10.6.0.2 ctl --- ctl M
#     fd06::2                           fd06::1                  (master) puppet0

FOUR='local 10.9.0.LOCAL remote 10.9.0.REMOTE'
SIX='local fd09::LOCAL remote fd09::REMOTE'

# tunnel KIND ARGUMENT...: makes tun0 on both sides; LOCAL and REMOTE become the
# numbers of the sides
tunnel() {
	_kind=$1
	shift
	for _h in "$R" "$G"; do
		_local=2 _remote=1
		[ "$_h" = "$R" ] || _local=1 _remote=2
		_words=$(echo "$*" | sed "s/LOCAL/$_local/; s/REMOTE/$_remote/")
		# shellcheck disable=SC2086
		ip -n "$_h" link add tun0 type "$_kind" $_words \
		    2>"$TMP/tunnel" || skip "no $_kind here: $(cat "$TMP/tunnel")"
		ip -n "$_h" addr add "10.6.0.$_local" peer "10.6.0.$_remote" \
		    dev tun0
		ip -n "$_h" link set tun0 up mtu 1380
		ip -n "$_h" addr add "fd06::$_local/64" dev tun0 nodad
	done
}

# carried KIND VERSION [tcp]: the doll shows the IPv4 or IPv6 packets of tun0,
# and sends some through it; then removes tun0
carried() {
	_inner=10.6.0. _own='10.6.0.3 peer 10.6.0.2'
	[ "$2" = 4 ] || _inner=fd06:: _own='fd06::3/64 nodad'
	slave -s 1234 -i tun0 -D 0
	wait_listen "$G" 1234
	master -m -u -D 0 -c 10.8.0.1:1234
	wait_session
	ip -n "$M" -o link show puppet0 | grep -q 'mtu 1380 .*link/none' ||
	    fail "$1: $(ip -n "$M" -o link show puppet0)"
	sniff doll "$M" puppet0 icmp or icmp6
	pings "$R" "${_inner}1" 2 -s 1300
	wait_frames doll 4
	sniff_end doll
	ip -n "$M" addr flush dev puppet0
	# shellcheck disable=SC2086
	ip -n "$M" addr add $_own dev puppet0
	ip -n "$R" route replace "${_inner}3" dev tun0
	pings "$M" "${_inner}2" 3 -s 1300
	# TCP with some kinds only: an emulated machine is slow
	[ -z "${3:-}" ] || transfer "$M" "$R" "${_inner}2" 200000 60
	stop "$MASTER"
	stop "$SLAVE"
	ip -n "$R" link del tun0
	ip -n "$G" link del tun0
}

#!/bin/sh
# Tunnel interfaces carry raw IP: the doll shows what crosses one, and talks
# through it.  A GRE tunnel without one fixed remote is refused, as it should.
#
#   R tun0 10.6.0.2 ==== tun0 G (slave) 10.6.0.1 peer 10.6.0.2 ctl --- ctl M
#     fd06::2                           fd06::1                  (master) puppet0
. "$(dirname "$0")/../net/lib.sh"

# tunnel KIND ARGUMENT...: on both sides; LOCAL and REMOTE become the addresses
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

# carried KIND VERSION: what this tunnel carries of IPv4 or IPv6
carried() {
	_inner=10.6.0. _own='10.6.0.3 peer 10.6.0.2'
	[ "$2" = 4 ] || _inner=fd06:: _own='fd06::3/64 nodad'
	pings "$R" "${_inner}1"
	slave -s 1234 -i tun0 -D 0
	wait_listen "$G" 1234
	master -m -u -D 0 -c 10.8.0.1:1234
	wait_session
	ip -n "$M" -o link show puppet0 | grep -q 'mtu 1380 .*link/none' ||
	    fail "$1: $(ip -n "$M" -o link show puppet0)"
	sniff doll "$M" puppet0 icmp or icmp6
	pings "$R" "${_inner}1" 2 -s 333
	wait_frames doll 4
	sniff_end doll
	ip -n "$M" addr flush dev puppet0
	# shellcheck disable=SC2086
	ip -n "$M" addr add $_own dev puppet0
	ip -n "$R" route replace "${_inner}3" dev tun0
	pings "$M" "${_inner}2"
	transfer "$M" "$R" "${_inner}2" 1000000 60
	transfer "$R" "$M" "${_inner}3" 1000000 60
	stop "$MASTER"
	stop "$SLAVE"
	ip -n "$R" link del tun0
	ip -n "$G" link del tun0
}

# esp: what VTI needs, on both sides
esp() {
	for _h in "$R" "$G"; do
		_local=2 _remote=1
		[ "$_h" = "$R" ] || _local=1 _remote=2
		for _way in "10.9.0.$_local 10.9.0.$_remote out $_remote" \
		    "10.9.0.$_remote 10.9.0.$_local in $_local"; do
			# shellcheck disable=SC2086
			set -- $_way
			ip -n "$_h" xfrm state add src "$1" dst "$2" proto esp \
			    spi "0x10$4" mode tunnel mark 5 \
			    enc 'ecb(cipher_null)' '' auth 'hmac(sha1)' \
			    0x0102030405060708090a0b0c0d0e0f1011121314 \
			    2>"$TMP/esp" || skip "no ESP here: $(cat "$TMP/esp")"
			ip -n "$_h" xfrm policy add dir "$3" mark 5 \
			    tmpl src "$1" dst "$2" proto esp mode tunnel
		done
	done
}

topo ipv6
FOUR='local 10.9.0.LOCAL remote 10.9.0.REMOTE'
SIX='local fd09::LOCAL remote fd09::REMOTE'
# shellcheck disable=SC2086
for kind in ipip gre; do
	tunnel $kind $FOUR
	carried $kind 4
done
# shellcheck disable=SC2086
tunnel sit $FOUR
carried sit 6
# shellcheck disable=SC2086
tunnel ip6tnl mode any $SIX
carried ip6tnl 4
# shellcheck disable=SC2086
tunnel ip6gre $SIX
carried ip6gre 6
esp
# shellcheck disable=SC2086
tunnel vti $FOUR key 5
carried vti 4

NBMA='GRE without one fixed remote address has a link header of its own, which cannot be carried'
for kind in 'gre local 10.9.0.1' 'gre external' 'ip6gre local fd09::1' \
    'gre local 10.9.0.1 remote 239.1.1.1'; do
	# shellcheck disable=SC2086
	ip -n "$G" link add any0 type $kind
	refused 1 "etherpuppet: any0: $NBMA" "$G" "$EP" -i any0 -s 1234
	ip -n "$G" link del any0
done
refusals_end

# SPDX-License-Identifier: ISC
# For tests with Debian's etherpuppet 0.3; sourced after lib.sh.  OLD is that
# program.

OLD=
for _p in /usr/bin/etherpuppet /usr/sbin/etherpuppet; do
	[ -x $_p ] && $_p -h 2>&1 | grep -q vampirize && OLD=$_p
done
[ -n "$OLD" ] || skip 'no etherpuppet 0.3 here'

# legacy_params: the doll has the parameters of the gateway's wan.  A slave of
# 0.3 puts four stray bytes behind every frame it sends and ends when that is
# too much for its interface, so a doll in front of one may have a smaller MTU.
legacy_params() {
	wait_for 10 'ip -n "$M" -4 -o addr show dev puppet0 2>/dev/null |
	    grep -q "inet 10\.9\.0\.1/24 brd 10\.9\.0\.255 "' \
	    'the doll has not the address, mask and broadcast address'
	[ "$(mac "$M" puppet0)" = 02:00:00:09:00:01 ] ||
	    fail "MAC $(mac "$M" puppet0)"
	_mtu=$(ip netns exec "$M" cat /sys/class/net/puppet0/mtu)
	case $_mtu in
	"$1") ;;
	*) fail "MTU $_mtu instead of $1" ;;
	esac
}

# legacy_traffic: ping both ways, 100 MB over TCP both ways.
legacy_traffic() {
	ip -n "$M" link set puppet0 up
	wait_session
	doll_address
	pings "$M" 10.9.0.2
	pings "$R" 10.9.0.3
	transfer "$R" "$M" 10.9.0.3 100000000 60
	transfer "$M" "$R" 10.9.0.2 100000000 60
}

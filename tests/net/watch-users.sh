#!/bin/sh
# SPDX-License-Identifier: ISC
# Addresses that the user has put on the doll stay, whatever changes on the real
# interface, even if it gets and loses the same address.  Addresses that the
# master has set go with those of the real interface.
#
#   R wan ---- wan G (slave)   ctl ---- ctl M: puppet0 and the user's addresses
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

has() { ip -n "$M" -o addr show dev puppet0 | grep -q "inet6\{0,1\} $1 "; }
gets() { within 1000 "has $1" "puppet0 gets $1"; }
loses() { within 1000 "! has $1" "puppet0 loses $1"; }

topo ipv6
pair
within 1000 alike 'the start'
for own in 10.9.0.3/24 10.44.0.1/24 fd09::3/64 fd44::1/64; do
	ip -n "$M" addr add $own dev puppet0
done
ip -n "$G" addr add 10.44.0.1/24 dev wan
ip -n "$G" addr add fd44::1/64 dev wan nodad
ip -n "$G" addr add 10.45.0.1/24 dev wan
gets 10.45.0.1/24
ip -n "$G" addr del 10.44.0.1/24 dev wan
ip -n "$G" addr del fd44::1/64 dev wan
ip -n "$G" addr del 10.9.0.1/24 dev wan
ip -n "$G" addr del fd09::1/64 dev wan
ip -n "$G" addr del 10.45.0.1/24 dev wan
for ours in 10.45.0.1/24 10.9.0.1/24 fd09::1/64; do
	loses $ours
done
for own in 10.9.0.3/24 10.44.0.1/24 fd09::3/64 fd44::1/64; do
	has $own || fail "the user's $own is gone"
done
# the user deletes an address of the master's: the next snapshot sets it again
ip -n "$G" addr add 10.46.0.1/24 dev wan
gets 10.46.0.1/24
ip -n "$M" addr del 10.46.0.1/24 dev puppet0
ip -n "$G" addr add 10.47.0.1/24 dev wan
gets 10.47.0.1/24
gets 10.46.0.1/24
one_session
ok

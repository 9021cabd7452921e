#!/bin/sh
# SPDX-License-Identifier: ISC
# IPv6 is off in the doll's namespace: one line says so, the rest is set; when
# it is switched on, the next snapshot brings the IPv6 addresses.
#
#   R wan ---- wan G (slave, IPv6)   ctl ---- ctl M, no IPv6: puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

switch() {
	in_M sh -c 'cd /proc/sys/net/ipv6/conf 2>/dev/null || exit 1
	    for i in all default puppet0; do
		[ ! -e $i ] || echo '"$1"' >$i/disable_ipv6; done' ||
	    skip 'no IPv6 here'
}

topo ipv6
switch 1
ip -n "$G" addr add 2001:db8::1/64 dev wan nodad
pair
wait_for 5 "ip -n $M addr show puppet0 | grep -q 'inet 10.9.0.1/24'" 'no IPv4'
wait_log master.log \
    '^etherpuppet: puppet0: IPv6 is switched off there \(disable_ipv6\): 3 addresses not set'
ip -n "$G" addr add 10.9.0.77/24 dev wan
within 1000 "ip -n $M addr show puppet0 | grep -q 'inet 10.9.0.77/24'" 'an alias'
[ "$(said master.log IPv6 | wc -l)" = 1 ] || fail "said: $(said master.log IPv6)"
[ "$(said master.log 'not set|did not take' | wc -l)" = 1 ] ||
    fail "said: $(said master.log 'not set|did not take')"
lacks . ip -n "$M" -6 -o addr show dev puppet0 || fail 'IPv6 is not off'
switch 0
follows addr add 10.9.0.78/24 dev wan
ok

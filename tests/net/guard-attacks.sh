#!/bin/sh
# SPDX-License-Identifier: ISC
# A hostile slave says addresses that would lead the host's own traffic away:
# not one is set, each is named with its reason, also while the doll is down;
# a harmless one is set.  What appears on the host later counts, too.
#
#   a slave of its own making (G) ctl ---- ctl M (master): puppet0, down
#                                          default and other routes by ctl
. "$(dirname "$0")/lib.sh"

topo ipv6
ip -n "$M" route add default via 10.8.0.1
ip -n "$M" route add 192.0.2.0/24 via 10.8.0.1
ip -n "$M" route add 198.51.100.0/24 via 10.8.0.1 table 77
ip -n "$M" route add 203.0.113.0/24 via 10.8.0.1
ip -n "$M" -6 route add default via fd08::1
ip -n "$M" addr show dev ctl >"$TMP/before"
in_M ip route show table all >>"$TMP/before"
printf 'nameserver 1.1.1.1\nnameserver 2001:4860:4860::8888\n' \
    >"$TMP/resolv.conf"
# LAST-ADDRESS...: those that are said; the last ones are on the doll
says() {
	_all=
	for _a; do _all="$_all,addr=$_a"; done
	echo "params:mac=02:00:00:00:00:07,mtu=1400,flags=3,follow$_all"
}
native slave "$G" listen 10.8.0.1 1234 preamble hello:role=slave,link=1,can=0,maxframe=65557,version=test \
    "$(says 'fe80::1/64>2001:4860:4860::8888' fe80::2/1 128.0.0.1/2 \
    169.254.0.5/16 1.1.1.1/32 192.0.2.7/32 198.51.100.0/16 '10.6.0.1/32>1.1.1.1' \
    172.16.0.1/24 fd07::1/64 fe80::7/64)" \
    "wait:$TMP/later" "$(says 172.16.0.1/24 fe80::7/64)" serve:60
wait_log slave.log LISTENING
start master "$M" sh -c 'mount --bind "$0" /etc/resolv.conf && exec "$@"' \
    "$TMP/resolv.conf" "$EP" -m -c 10.8.0.1:1234
wait_log master.log 'puppet0: 02:00:00:00:00:07, MTU 1400'

refusal() { wait_log master.log "puppet0: $1 not set: $2; use -n NAME or -C\$"; }
refusal 'fe80::1/64 peer 2001:4860:4860::8888' 'one of it and its peer is .*'
refusal 'fe80::2/1' 'its prefix is shorter than /16'
refusal '128\.0\.0\.1/2' 'its prefix is shorter than /8'
refusal '169\.254\.0\.5/16' 'overlaps 169\.254\.0\.0/16, .*'
refusal '1\.1\.1\.1' 'takes the name server 1\.1\.1\.1'
refusal '192\.0\.2\.7' 'overlaps the route 192\.0\.2\.0/24 by ctl'
refusal '198\.51\.100\.0/16' 'overlaps the route 198\.51\.100\.0/24 by ctl'
refusal '10\.6\.0\.1 peer 1\.1\.1\.1' 'takes the name server 1\.1\.1\.1'
[ "$(said master.log 'not set' | wc -l)" = 8 ] || fail "$(said master.log 'not set')"
set_on_doll() { ip -n "$M" -o addr show dev puppet0 | awk '{ print $4 }' | xargs; }
[ "$(set_on_doll)" = '172.16.0.1/24 fd07::1/64 fe80::7/64' ] ||
    fail "the doll has: $(set_on_doll)"
in_M ip route get 1.1.1.1 | grep -q 'dev ctl' || fail 'the name server moved'
in_M ip route get 2001:4860:4860::8888 | grep -q 'dev ctl' || fail 'so did it'

# a route that comes later
ip -n "$M" route add 172.16.0.0/16 via 10.8.0.1
touch "$TMP/later"
refusal '172\.16\.0\.1/24' 'overlaps the route 172\.16\.0\.0/16 by ctl'
wait_for 5 '[ "$(set_on_doll)" = fe80::7/64 ]' 'it stayed'
ok

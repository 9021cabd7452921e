#!/bin/sh
# SPDX-License-Identifier: ISC
# Somebody changes the doll: the next snapshot of the real interface restores
# it, and with -u raises it.  While its MAC differs, the real interface is
# promiscuous.  With -C nothing is restored.
#
#   R wan ---- wan G (slave)   ctl ---- ctl M: puppet0, spoilt
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

promiscuous() { ip -n "$G" -d link show wan | grep -q 'promiscuity [1-9]'; }
spoil() {
	ip -n "$M" addr flush dev puppet0
	ip -n "$M" link set puppet0 down
	ip -n "$M" link set puppet0 mtu 1300 address 02:00:00:00:00:aa
}

topo ipv6
pair
within 1000 alike 'the start'
ip -n "$M" link set puppet0 address 02:00:00:00:00:aa
within 1000 promiscuous 'promiscuous with another MAC'
spoil
ip -n "$G" addr add 192.0.2.1/24 dev wan
within 1000 'alike && carrier' 'restored'
within 1000 '! promiscuous' 'not promiscuous any more'
stop "$MASTER"

master -m -c 10.8.0.1:1234
within 5000 alike 'the start without -u'
spoil
ip -n "$G" addr del 192.0.2.1/24 dev wan
within 1000 alike 'restored without -u'
lacks '[<,]UP' ip -n "$M" -o link show puppet0 || fail 'raised without -u'
stop "$MASTER"

master -m -u -C -c 10.8.0.1:1234
wait_session
ip -n "$M" link set puppet0 mtu 1300 address 02:00:00:00:00:aa
ip -n "$G" link set wan mtu 1400
ip -n "$G" link set wan down
within 1000 off 'carrier off'
ip -n "$G" link set wan up
within 1000 carrier 'carrier on'
[ "$(look "$M" puppet0 | head -n 1)" = 'mtu 1300 02:00:00:00:00:aa' ] ||
    fail "with -C: $(look "$M" puppet0)"
ok

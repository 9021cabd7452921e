#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll follows the speed and duplex of the real interface's link; its alias
# names that interface.  The user's settings by ethtool stay over a reconnect:
# -K always, -s with -C; the user's own alias stays, too.
#
#   R --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

need ethtool

link_is() {
	in_M ethtool puppet0 | tr -d '\t' | tr '\n' ',' |
	    grep -qE "Speed: $1Mb/s,Duplex: $2,"
}
alias_is() { ip -n "$M" -d link show puppet0 | grep -qxE " *alias $1 *"; }
# offload NAME: on or off
offload() { in_M ethtool -k puppet0 | sed -n "s/^$1: \(o[nf]*\).*/\1/p"; }

# again [SLAVE-ARGS]: the slave is killed, another one serves
again() {
	kill -9 "$SLAVE"
	wait_log master.log 'session ended'
	wait_for 5 no_carrier 'the doll keeps its carrier'
	# shellcheck disable=SC2086
	slave -s 1234 -i wan ${1:-}
	wait_session 20
}

topo
pair
wait_for 5 'link_is 10000 Full' "not the speed of the real interface"
alias_is 'etherpuppet: wan of 10.8.0.1:1234' || fail 'another alias'
[ "$(offload tx-checksumming)" = on ] || fail 'nothing to switch off'
in_M ethtool -K puppet0 tx off tso off >/dev/null
ip -n "$M" link set puppet0 alias 'my own'

again
[ "$(offload tx-checksumming)" = off ] || fail 'ethtool -K tx off is undone'
[ "$(offload tcp-segmentation-offload)" = off ] ||
    fail 'ethtool -K tso off is undone'
alias_is 'my own' || fail "the user's alias is gone"
pings "$R" 10.9.0.1

# a real interface whose speed changes: a tap, as a veth's cannot be set
stop "$MASTER"
stop "$SLAVE"
in_G ip tuntap add slow mode tap
in_G ip link set slow up
in_G ethtool -s slow speed 100 duplex half
slave -s 1234 -i slow
wait_listen "$G" 1234
master -m -c 10.8.0.1:1234
wait_for 10 'link_is 100 Half' 'not 100 Mbit/s'
in_G ethtool -s slow speed 2500 duplex full
# a speed alone is not announced
wait_for 40 'link_is 2500 Full' 'not followed to 2500 Mbit/s'
stop "$MASTER"

# -C: the user's own
master -m -u -C -c 10.8.0.1:1234
wait_log master.log 'session begins'
in_M ethtool -s puppet0 speed 10 duplex half
stop "$SLAVE"
slave -s 1234 -i wan
wait_session 20
link_is 10 Half || fail "the user's own speed is gone"
ok

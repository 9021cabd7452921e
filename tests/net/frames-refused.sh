#!/bin/sh
# SPDX-License-Identifier: ISC
# A frame that the real interface refuses (larger than its MTU) is counted and
# said once; the session goes on.
#
#   R --wan-- G (slave) --ctl-- M (master, a doll with a larger MTU)
. "$(dirname "$0")/lib.sh"

topo
pair '-D 0' '-C -D 0' # a busy machine discards none
doll_address
ip -n "$M" link set puppet0 mtu 4000
pings "$M" 10.9.0.2
ip netns exec "$M" ping -n -c 5 -i 0.2 -W 1 -M do -s 3000 10.9.0.2 \
    >"$TMP/large.log" 2>&1 && fail "a frame of 3042 bytes got through"
wait_log slave.log '^etherpuppet: wan: .*Message too long'
[ "$(said slave.log 'Message too long' | wc -l)" = 1 ] ||
    fail "said more than once"
wait_for 10 'kill -USR1 "$SLAVE"
    grep -q "^refused_by_interface=5$" "$TMP/slave.log"' 'not all are counted'
pings "$M" 10.9.0.2
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Frames for a doll that is down are counted; that is said once, with what to
# do about it.
#
#   R --wan-- G (slave) --ctl-- M (master without -u)
. "$(dirname "$0")/lib.sh"

topo
slave -s 1234 -i wan
wait_listen "$G" 1234
master -m -c 10.8.0.1:1234
wait_for 10 "ip -n $M addr show puppet0 2>/dev/null | grep -q 10.9.0.1" \
    "no session"
pings "$R" 10.9.0.1 20
wait_log master.log '^etherpuppet: puppet0: .*down.*ip link set puppet0 up.*-u'
pings "$R" 10.9.0.1 20
[ "$(said master.log 'ip link set puppet0 up' | wc -l)" = 1 ] ||
    fail "said more than once"
wait_for 10 'kill -USR1 "$MASTER"
    grep -q "^refused_by_interface=[1-9]" "$TMP/master.log"' 'none is counted'

ip -n "$M" link set puppet0 up
wait_session
sniff doll "$M" puppet0 icmp
pings "$R" 10.9.0.1
wait_frames doll 6
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Names in a master's -f are resolved where the master is.
#
#   R wan 10.9.0.2 ---- wan G (slave) ctl ---- ctl M (master -f 'host friend')
#                                              friend is 10.9.0.2 only here
. "$(dirname "$0")/lib.sh"

topo
ip -n "$R" addr add 10.9.0.8/24 dev wan
slave -s 1234 -i wan
wait_listen "$G" 1234
echo '10.9.0.2 friend.test' >"$TMP/hosts"
start master "$M" sh -c "mount --bind '$TMP/hosts' /etc/hosts &&
    exec '$EP' -m -u -r -c 10.8.0.1:1234 -f 'icmp and host friend.test'"
wait_session
sniff doll "$M" puppet0 -Q in
pings "$R" 10.9.0.1 2 -I 10.9.0.8
pings "$R" 10.9.0.1 2 -I 10.9.0.2
wait_frames doll 4
sniff_end doll
[ "$(frames doll)" = 4 ] || fail "$(frames doll) frames"
lacks . tcpdump -nr "$TMP/doll.pcap" not host 10.9.0.2 ||
    fail 'a stranger was seen'
ok

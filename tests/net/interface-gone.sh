#!/bin/sh
# SPDX-License-Identifier: ISC
# A session begins while the real interface is gone: once it is back the doll is
# configured and raised, the hook runs, and frames are carried, filtered.
#
#   R wan ---- wan G (slave -f icmp): gone   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

topo
slave -s 1234 -i wan -f icmp
wait_listen "$G" 1234
ip -n "$G" link del wan
wait_log slave.log 'gone'
start master "$M" "$EP" -m -u -U 'echo the hook speaks' -c 10.8.0.1:1234
MASTER=$PID
wait_log master.log 'session begins'
within 200 off 'no carrier without an interface'
unsaid master.log 'hook speaks' || fail 'the hook ran too early'
link "$R" wan 02:00:00:09:00:02 "$G" wan 02:00:00:09:00:01
ip -n "$R" addr add 10.9.0.2/24 brd + dev wan
ip -n "$G" addr add 10.9.0.1/24 brd + dev wan
within 1000 'alike && carrier' 'it is back'
wait_log master.log 'hook speaks'
sniff doll "$M" puppet0 icmp
pings "$R" 10.9.0.1
wait_frames doll 6
one_session
ok

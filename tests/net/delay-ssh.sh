#!/bin/sh
# SPDX-License-Identifier: ISC
# Through ssh, whose own buffers hold seconds: no frame is delivered that is
# older than 200 ms either.
#
#   R wan ------ wan G (sshd, slave -s -) ctl --[ 5 Mbit/s ]-- ctl M (-e ssh)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-delay.sh"

topo_delay
sshd_start "$G"
slow 5
master -m -u -C -e "ssh -F $TMP/ssh/ssh_config root@10.8.0.1 etherpuppet -i wan -s - -f \"'udp port 9'\""
wait_session 20
sniff wan "$G" wan -s 2000 udp port 9
sniff doll "$M" puppet0 -s 2000 udp port 9
send 10000 2500
settled
ages
[ "$n" = 10000 ] || fail "the test sent $n frames"
[ "$max" -lt 200 ] || fail "frame $late was $max ms old"
[ "$order" = ok ] || fail 'out of order'
[ "$got" -gt 1500 ] || fail "only $got frames came"
[ "$last" -gt 9700 ] || fail "the last was $last"
# the far end's counters and words come by standard error
SLAVE=$(for p in $(ip netns pids "$G"); do
	ps -o pid=,args= -p "$p"; done | sed -n 's/^ *\([0-9]*\) etherpuppet -i wan.*/\1/p')
ln -s master.log "$TMP/slave.log"
lost=$(lost)
[ "$n" = $((got + lost)) ] || fail "$n frames, $got came, $lost are counted"
wait_log master.log 'dropped [0-9]+ frames older than 200 ms'
ok

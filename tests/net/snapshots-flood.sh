#!/bin/sh
# SPDX-License-Identifier: ISC
# A hostile slave sends thousands of snapshots.  The doll gets the parameters of
# the last one, and the master does not configure it, nor write a line, for each
# of them.
#
#   a script as slave (G) ctl ---- ctl M (master): puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

mtu() { ip -n "$M" -o link show puppet0 | sed -n 's/.* mtu \([0-9]*\) .*/\1/p'; }

topo
master -m -u -s 1234
wait_listen "$M" 1234
set -- preamble hello:role=slave,link=1,can=0,maxframe=65557,version=test
for i in $(seq 3000); do
	set -- "$@" "params:mac=02:00:00:00:00:07,mtu=$((1000 + i % 500)),flags=$((i % 4)),follow"
done
native slave "$G" connect 10.8.0.2 1234 "$@" \
    params:mac=02:00:00:00:00:08,mtu=1700,flags=3,follow serve:5
wait_for 5 '[ "$(mtu)" = 1700 ] && carrier' \
    'the doll is not as in the last snapshot'
lines=$(said master.log '^etherpuppet: puppet0: 02:' | wc -l)
echo "$lines times configured"
[ "$lines" -ge 1 ] && [ "$lines" -le 30 ] || fail "$lines times configured"
[ "$(mac "$M" puppet0)" = 02:00:00:00:00:08 ] ||
    fail 'the doll has another MAC address'
ok

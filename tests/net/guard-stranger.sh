#!/bin/sh
# SPDX-License-Identifier: ISC
# A master that listens in the open takes from a slave that connects what a
# gateway has, one public address among it, and not the Internet.
#
#   R wan ---- wan G (slave, then a hostile one) ctl ---- ctl M (master -s)
#                  9.9.9.9/24
. "$(dirname "$0")/lib.sh"

set_on_doll() { ip -n "$M" -4 -o addr show dev puppet0 | awk '{ print $4 }' | xargs; }
topo
ip -n "$G" addr add 9.9.9.9/24 brd + dev wan
master -m -u -s 1234
wait_listen "$M" 1234
slave -c 10.8.0.2:1234 -i wan
wait_session
[ "$(set_on_doll)" = '10.9.0.1/24 9.9.9.9/24' ] || fail "the doll has: $(set_on_doll)"
unsaid master.log 'not set' || fail 'it refuses something'
wait_log master.log 'puppet0: 02:00:00:09:00:01, MTU 1500, .*9\.9\.9\.9/24$'
stop "$SLAVE"

set -- preamble hello:role=slave,link=1,can=0,maxframe=65557,version=test
for i in $(seq 200); do
	set -- "$@" "params:mac=02:00:00:00:00:07,flags=3,follow,addr=9.9.$i.1/24,addr=8.8.$i.8/32,addr=9.9.9.9/8,addr=10.7.$i.1/24"
done
many=
for i in $(seq 70); do many="$many,addr=10.6.$i.1/24"; done
native hostile "$G" connect 10.8.0.2 1234 "$@" \
    params:mac=02:00:00:00:00:08,flags=3,follow,addr=9.9.9.9/24,addr=8.8.8.8/32,addr=192.168.7.1/8,addr=10.7.0.1/24 \
    "wait:$TMP/more" "params:mac=02:00:00:00:00:07,flags=3,follow$many" serve:60
wait_log master.log 'puppet0: 02:00:00:00:00:08'
wait_log master.log 'puppet0: 8\.8\.[0-9]*\.8 not set: a stranger brings more than 1 public IPv4 address; use -n NAME or -C$'
[ "$(set_on_doll)" = '9.9.9.9/24 10.7.0.1/24' ] || fail "the doll has: $(set_on_doll)"
lines=$(said master.log 'not set' | wc -l)
[ "$lines" -le 17 ] || fail "$lines lines"
touch "$TMP/more"
wait_log master.log 'puppet0: 6 addresses not set: more than 64$'
wait_for 5 '[ "$(set_on_doll | wc -w)" = 64 ]' 'not so many are set'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Dolls are puppet0, puppet1, ..., and -I names one.  A name can have any letters
# that the kernel takes; a message shows them in ASCII.
#
#   R wan ---- wan G (four slaves) ctl ---- ctl M (four masters)
. "$(dirname "$0")/lib.sh"

topo
n=0
for name in puppet0 puppet1 lure7; do
	n=$((n + 1))
	start "slave$n" "$G" "$EP" -s 123$n -i wan -C
	wait_listen "$G" 123$n
	set --
	[ $name != lure7 ] || set -- -I $name
	start "master$n" "$M" "$EP" -m -u -C -c 10.8.0.1:123$n "$@"
	DOLL=$name
	wait_session
done
ip -n "$G" link set wan down
ip -n "$G" link set wan name büro
ip -n "$G" link set büro up
start slave4 "$G" "$EP" -s 1234 -i büro -C
wait_listen "$G" 1234
start master4 "$M" "$EP" -m -u -C -c 10.8.0.1:1234 -I lüre
DOLL=lüre
wait_session
wait_log master4.log 'l\\xc3\\xbcre: made'
ip -n "$M" link del lüre
[ "$(ip -n "$M" -o link | grep -cE ': (puppet|lure)')" = 3 ] || fail 'not three'
ok

#!/bin/sh
# Dolls are puppet0, puppet1, ..., and -I names one.
#
#   R wan ---- wan G (three slaves) ctl ---- ctl M (three masters)
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
[ "$(ip -n "$M" -o link | grep -cE ': (puppet|lure)')" = 3 ] || fail 'not three'
ok

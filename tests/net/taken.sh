#!/bin/sh
# SPDX-License-Identifier: ISC
# A slave and a master whose relay somebody has taken over (tests/taken): none
# can open a file, start or touch a process, reach another interface by binding,
# set what is not allowed, nor end its helper with nonsense.  What the manual's
# SECURITY names can be done.
#
#   R --wan-- G (slave; another interface: ctl) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

need cc
[ -f build/libetherpuppet.a ] || skip 'no build/libetherpuppet.a: make'
cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Isrc -O1 -g \
    $([ ! -e /usr/include/dumbnet.h ] || echo -DUSE_DUMBNET) \
    -o "$TMP/taken" tests/taken/taken.c build/src/main.o -Wl,--wrap=stats_block \
    build/libetherpuppet.a -lpcap \
    $([ -e /usr/include/dumbnet.h ] && echo -ldumbnet || echo -ldnet) ||
    fail 'the taken-over relay cannot be built'
EP=$TMP/taken
export TAKEN_OTHER=ctl

# state HOST: its interfaces and processes, without the doll
state() {
	ip -n "$1" -o addr show | grep -v puppet0 | sed 's/ valid_lft.*//'
	ip -n "$1" route show table all | grep -v puppet0
	running "$1"
}

topo
slave -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234
master -m -u -c 10.8.0.1:1234
wait_session
for host in $G $M; do state "$host" >"$TMP/$host.before"; done

for name in slave master; do
	[ $name = slave ] && pid=$SLAVE may='sendmmsg to another interface' ||
	    pid=$MASTER may=nothing
	helper=$(helper_of "$pid")
	kill -USR1 "$pid"
	wait_log $name.log '^refused end' 60
	done=$(sed -n 's/^SUCCEEDED //p' "$TMP/$name.log")
	[ "${done:-nothing}" = "$may" ] || fail "$name: it could: $done"
	[ "$(grep -c '^refused' "$TMP/$name.log")" -gt 40 ] ||
	    fail "$name: only $(grep -c '^refused' "$TMP/$name.log") tries"
	alive "$helper" || fail "$name: its helper has ended"
	alive "$pid" || fail "$name has ended"
done
for host in $G $M; do
	state "$host" >"$TMP/$host.after"
	diff "$TMP/$host.before" "$TMP/$host.after" || fail "$host has changed"
done
stop "$MASTER"
stop "$SLAVE"
ok

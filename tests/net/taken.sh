#!/bin/sh
# SPDX-License-Identifier: ISC
# A slave and a master whose relay somebody has taken over (tests/taken): none
# can open a file, start or touch a process, reach another interface by binding,
# set what is not allowed, nor end its helper with nonsense.  What the manual's
# SECURITY names can be done.  Then the same with a filter of system calls that
# refuses nothing: what user, root directory and Landlock still keep.
#
#   R --wan-- G (slave; another interface: ctl) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

need cc
[ -f build/libetherpuppet.a ] || skip 'no build/libetherpuppet.a: make'
# taken PROGRAM MORE...
taken() {
	_out=$1
	shift
	cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Isrc -O1 -g \
	    $([ ! -e /usr/include/dumbnet.h ] || echo -DUSE_DUMBNET) \
	    -o "$TMP/$_out" tests/taken/taken.c build/src/main.o "$@" \
	    -Wl,--wrap=stats_block,--wrap=fork build/libetherpuppet.a -lpcap \
	    $([ -e /usr/include/dumbnet.h ] && echo -ldumbnet || echo -ldnet) ||
	    fail 'the taken-over relay cannot be built'
}
export TAKEN_OTHER=ctl

# state HOST: its interfaces and processes, without the doll
state() {
	ip -n "$1" -o addr show | grep -v puppet0 | sed 's/ valid_lft.*//'
	ip -n "$1" route show table all | grep -v puppet0
	running "$1"
}

# overtake PROGRAM SLAVE-MAY MASTER-MAY: what each could do, sorted
overtake() {
	EP=$TMP/$1
	slave -s 10.8.0.1:1234 -i wan
	wait_listen "$G" 1234
	master -m -u -c 10.8.0.1:1234
	wait_session
	for host in $G $M; do state "$host" >"$TMP/$host.before"; done
	for name in master slave; do # afterwards the slave hears ctl
		[ $name = slave ] && pid=$SLAVE may=$2 || pid=$MASTER may=$3
		helper=$(helper_of "$pid")
		kill -USR1 "$pid"
		wait_log $name.log '^refused end' 60
		echo "$may" | sed '/^$/d' | sort >"$TMP/may"
		sed -n 's/^SUCCEEDED //p' "$TMP/$name.log" | sort |
		    diff "$TMP/may" - || fail "$name of $1 could do something else"
		[ "$(grep -c '^refused' "$TMP/$name.log")" -gt "$4" ] ||
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
}

topo
taken filtered
overtake filtered 'sendmmsg to another interface' '' 40
# its own memory and name, sockets of no use to somebody without rights, and
# what it can do with its capture
any='stat
fork
dup
pidfd_open
prctl
memfd_create
memory to execute
socketpair
socket of IPv4
socket of netlink
socket of unix'
taken open -DSECCOMP_UNKNOWN=SECCOMP_RET_ALLOW platform/linux/seccomp.c
overtake open "$any
bind
device
membership
sendto
sendmsg
sendmmsg to another interface" "$any
TUNSETOWNER
TUNSETPERSIST" 20
ok

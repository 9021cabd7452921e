#!/bin/sh
# SPDX-License-Identifier: ISC
# The filters that leave the session out fit into the memory that Debian 12's
# kernel gives a socket for options (20 KB).  They also fit at the second
# session, when the old filter is still there.
#
#   R --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/../net/lib.sh"

MAX=$(cat /proc/sys/net/core/optmem_max)
[ "$MAX" -le 20480 ] || skip "this kernel gives a socket $MAX bytes"

# fits NAME ARGUMENT...: a slave with these arguments serves two sessions
fits() {
	name=$1
	shift
	slave -i wan -s 10.8.0.1:1234 "$@"
	wait_listen "$G" 1234
	for session in first second; do
		master -m -u -C -c 10.8.0.1:1234
		wait_for 20 'ip -n "$M" link show puppet0 2>/dev/null |
		    grep -q LOWER_UP || grep -q "session ended" \
		    "$TMP/master.log"' "$name: no session"
		unsaid master.log 'session ended' ||
		    fail "$name, $session session: $(cat "$TMP/master.log")"
		stop "$MASTER"
	done
	stop "$SLAVE"
}

topo
fits 'an IPv4 pair' -M 10.9.0.2:1,10.9.0.1:2
fits 'an IPv6 pair' -M '[fd09::2]:1,[fd09::1]:2'
fits 'IPv4 and IPv6' -M 10.9.0.2:1,10.9.0.1:2 -M '[fd09::2]:1,[fd09::1]:2'
fits 'IPv6 pairs of one end' -M '[fd09::2]:1,[fd09::1]:2' \
    -M '[fd09::3]:1,[fd09::1]:2'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Where there is no nftables, or the doll's settings cannot be written, the doll
# goes on, and one line says what is open; not with -O.
. "$(dirname "$0")/lib.sh"
. "$NET/lib-fence.sh"

# one LINE: the master has said exactly this of what is open
one() {
	said master.log 'other side reach|answers ARP' >"$TMP/open"
	says "$1" "$1" "$(cat "$TMP/open")"
}

# lacking ARGS: a master on a kernel without nftables
lacking() {
	# shellcheck disable=SC2086
	start master "$M" "$PY" "$NET/fence.py" lacking "$EP" -m -u -C \
	    -c 10.8.0.1:1234 $1
	MASTER=$PID
	wait_for 10 'carrier || ! alive $MASTER'
	unsaid master.log 'no seccomp|not known here' ||
	    skip "$(cat "$TMP/master.log")"
	wait_session
	doll_address
}

topo_fence
WHY='nftables: Protocol not supported; it wants Linux 5.12 with NFT_FIB_INET, or -n NAME'
FROM='etherpuppet: puppet0: packets from the other side reach'
lacking ''
one "$FROM every address of this host, and are forwarded if it forwards: $WHY"
pings "$R" 10.9.0.3
ip -n "$M" link del puppet0
wait_log master.log 'puppet0: made again$'
one "$FROM every address of this host, and are forwarded if it forwards: $WHY"
stop "$MASTER"
lacking -r
one "$FROM this host's stack: $WHY"
stop "$MASTER"
lacking -O
one ''
stop "$MASTER"

start master "$M" sh -c 'mount --bind /proc/sys /proc/sys &&
    mount -o remount,bind,ro /proc/sys && exec "$@"' sh \
    "$EP" -m -u -C -c 10.8.0.1:1234
wait_session
one 'etherpuppet: puppet0: it answers ARP for every address of this host: arp_ignore: Read-only file system'
doll_address
forge fenced
pings "$R" 10.9.0.3
settle end
heard heard fenced
heard beyond fenced
refusals_end

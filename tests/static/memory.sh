#!/bin/sh
# SPDX-License-Identifier: ISC
# The program for routers is small in memory, too: with -b 1 an idle slave, an
# idle master with a doll, and one that writes a file have each at most 1.5 MB,
# before a session and in one; and frames pass with -b 1.
#
#   R wan ------------- wan G (slave -b 1) ctl ------ ctl M (masters)
. "$(dirname "$0")/lib.sh"

MOST=1536 # KiB

# small PID WHAT
small() {
	kib=$(awk '/^VmRSS:/ { print $2 }' "/proc/$1/status")
	own=$(awk '/^RssAnon:/ { print $2 }' "/proc/$1/status")
	echo "$2: $kib KiB, of which $own are its own"
	[ "$kib" -le $MOST ] || fail "$2 has $kib KiB, not $MOST"
}

TARGET=$(sh contrib/router/machine) || skip 'no program for this machine'
program "$TARGET"
EP=$PWD/build/$TARGET/etherpuppet
topo
slave -s 1234 -i wan -b 1
wait_listen "$G" 1234
small "$SLAVE" 'slave that listens'
master -m -u -c 10.8.0.1:1234
wait_session
small "$SLAVE" 'slave in a session'
small "$MASTER" 'master with a doll'
doll_address
pings "$M" 10.9.0.2
pings "$R" 10.9.0.3
transfer "$R" "$M" 10.9.0.3 1000000
transfer "$M" "$R" 10.9.0.2 1000000
stop "$MASTER"
master -w "$TMP/file.pcapng" -c 10.8.0.1:1234
wait_log master.log 'session begins'
small "$MASTER" 'master that writes a file'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# A master keeps a doll that was used or is the user's: it refuses a slave with
# another link type, the doll stays the same interface, and the process goes on.
# An unknown link type is refused before that.
#
#   peers (G) ctl ---- ctl M (masters): puppet0, mine
. "$(dirname "$0")/lib.sh"

index() { ip -n "$M" -o link show "$1" | sed -n 's/^\([0-9]*\): .*link\/ether.*/\1/p'; }

# comes LINKTYPE STEP...: as a slave; everything that it hears is in peer.log
comes() {
	_link=$1
	shift
	native peer "$G" connect 10.8.0.2 1234 preamble \
	    hello:role=slave,link=$_link,maxframe=65557 "$@"
	wait_exit "$NATIVE" 15
}

# closed: how many sessions of this master were closed by the slave
closed() { said master.log 'session ended: closed' | wc -l; }

# refused_link LINKTYPE TEXT: by BYE 6
refused_link() {
	comes "$1" want:BYE
	says "link type $1" "BYE 6 $2" "$(said peer.log '^BYE')"
	alive "$MASTER" || fail "link type $1 has ended the master"
}

# served LINKTYPE: a whole session
served() {
	_closed=$(closed)
	comes "$1" ping:7 want:PONG
	[ "$STATUS" = 0 ] || fail "link type $1 is not served"
	wait_for 10 "[ \$(closed) -gt $_closed ]" 'the session lives on'
}

topo
master -m -s 1234
wait_listen "$M" 1234
refused_link 5 'unknown link type 5'
DOLL_INDEX=$(index puppet0)
served 1
refused_link 101 'link types differ: puppet0 has 1, the other side 101'
said peer.log '^HELLO' | grep -q 'link=1 ' || fail 'the HELLO said otherwise'
refused_link 5 'unknown link type 5'
[ "$(index puppet0)" = "$DOLL_INDEX" ] || fail 'another doll'
served 0
served 1
stop "$MASTER"

ip -n "$M" tuntap add dev mine mode tap || skip 'no persistent taps here'
DOLL_INDEX=$(index mine)
master -m -I mine -s 1234
wait_listen "$M" 1234
refused_link 101 'link types differ: mine has 1, the other side 101'
said peer.log '^HELLO' | grep -q 'link=1 ' || fail 'the HELLO said otherwise'
[ "$(index mine)" = "$DOLL_INDEX" ] || fail 'another tap'
served 1
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"

# one that nobody has used is made anew, once
master -m -s 1234
wait_listen "$M" 1234
served 101
grep -q 'puppet0: made anew for raw IP frames' "$TMP/master.log" ||
    fail 'not made anew'
refused_link 1 'link types differ: puppet0 has 101, the other side 1'
refusals_end

#!/bin/sh
# SPDX-License-Identifier: ISC
# A master tells its wish to the peer that it serves.  This includes a peer that
# connected before there was a wish, and is served after the wish was told to
# another peer.
#
#   peers (G) ctl ---- ctl M (master): puppet0
. "$(dirname "$0")/lib.sh"

# A MAC address that the doll cannot have: the master wants promiscuous mode.
PARAMS=params:mac=03:00:00:00:00:07,mtu=1400,flags=3,follow
HELLO=hello:role=slave,link=1,maxframe=65557

# wishes NAME: prints how many HELLOs to that peer wanted promiscuous mode
wishes() { said "$1.log" '^HELLO.* want=2( |$)' | wc -l; }

topo
master -m -s 1234
wait_listen "$M" 1234
native first "$G" connect 10.8.0.2 1234 preamble $HELLO want:HELLO say:SERVED \
    "wait:$TMP/second" $PARAMS want:HELLO say:TOLD
wait_log first.log SERVED
native second "$G" connect 10.8.0.2 1234 preamble want:HELLO "wait:$TMP/first" \
    $HELLO $PARAMS want:HELLO
SECOND=$NATIVE
wait_log second.log HELLO
[ "$(wishes second)" = 0 ] || fail 'the second is told before there is a wish'
touch "$TMP/second"
wait_log first.log TOLD
[ "$(wishes first)" = 1 ] || fail 'the first is not told'
touch "$TMP/first"
wait_exit "$SECOND" 20
[ "$(wishes second)" = 1 ] || fail 'the second is not told'
ok

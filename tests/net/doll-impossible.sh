#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll is a tap of the user's, and the slave's interface carries raw IP:
# there can be no such doll.  The master says so and ends; it does not crash.
#
#   M (master -I mine, a persistent tap) <---- a peer that says link type 101
. "$(dirname "$0")/lib.sh"

topo
ip -n "$M" tuntap add mine mode tap
native raw "$G" listen 10.8.0.1 1234 preamble hello:role=slave,link=101 \
    want:BYE serve:5
wait_log raw.log LISTENING
master -m -I mine -c 10.8.0.1:1234
wait_exit "$MASTER" 10
[ "$STATUS" = 1 ] || fail "the master ended with status $STATUS"
wait_log master.log 'link types differ: mine has 1, the other side 101'
wait_log raw.log '^BYE 6 '
ok

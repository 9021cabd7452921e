#!/bin/sh
# SPDX-License-Identifier: ISC
# A master that says one thing as fast as it can, any message of any dialect: the
# slave's frames still come, SIGTERM ends it within a second, its log is short.
#
#   R (pings) --wan-- G (slave) --ctl-- M (the peer)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-flood.sh"

topo
SIDE=$G FLOODER=$M PROGRAM='-i wan'
start pings "$R" ping -q -i 0.02 10.9.0.1
floods_all master
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# The deaf interface goes down and up, gets another name, is deleted and made
# again, and is not there when the session begins: the gateway stays deaf, in
# the same session.
#
#   R (pings) --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-exclusive.sh"

cable() {
	link "$R" wan 02:00:00:09:00:02 "$G" wan 02:00:00:09:00:01
	ip -n "$R" addr add 10.9.0.2/24 brd + dev wan
	ip -n "$G" addr add 10.9.0.1/24 brd + dev wan
}

# gone: and noticed; back: and deaf, within seconds
gone() {
	ip -n "$G" link del wan
	wait_for 10 no_carrier 'the doll kept its carrier'
}
back() {
	cable
	wait_for 10 carrier 'the slave did not attach again'
	deaf
}

# rename FROM TO: before Linux 6.2 only while it is down
rename() {
	ip -n "$G" link set "$1" down
	ip -n "$G" link set "$1" name "$2"
	ip -n "$G" link set "$2" up
	wait_log slave.log "$1: renamed to $2"
	wait_for 5 "in_G nft list ruleset | grep -q 'device .$2. '" \
	    "the gateway is not deaf on $2"
	wait_for 10 carrier 'the slave did not see it up'
	deaf
}

topo
pair -x '-x -C'
deaf
ip -n "$G" link set wan down
wait_for 10 no_carrier 'the doll kept its carrier'
ip -n "$G" link set wan up
wait_for 10 carrier 'the slave did not see it up'
deaf
rename wan lan9
rename lan9 wan
gone
back
gone
back
unsaid slave.log 'session ended' || fail 'the session ended'
stop "$MASTER"
hears
nothing_left

ip -n "$G" link del wan
wait_log slave.log '^etherpuppet: wan: interface is gone.*$'
rm "$TMP/master.log"
master -m -u -C -x -c 10.8.0.1:1234
wait_log master.log 'session begins'
back
unsaid master.log 'session ended' || fail 'the session ended'
ok

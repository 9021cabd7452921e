#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll's carrier is off without a session and while the real interface is
# down, without a carrier or gone, on otherwise; within a second of each.
#
#   R wan ---- wan G (slave): down, up   ctl ---- ctl M (master -C): puppet0
#      down, up
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

on() { within 1000 carrier "carrier on: $1"; }
lost() { within "${2:-1000}" off "carrier off: $1"; }

topo
master -m -u -C -s 1234
wait_listen "$M" 1234
ip -n "$M" link set puppet0 up
lost 'no session yet'
slave -i wan -C -c 10.8.0.2:1234
on 'a session'
ip -n "$G" link set wan down
lost 'down'
ip -n "$G" link set wan up
on 'up'
# that the other end is down, the slave's kernel tells up to a second later
ip -n "$R" link set wan down
lost 'down at the other end' 2000
ip -n "$R" link set wan up
on 'up at the other end' 2000
ip -n "$G" link del wan
lost 'deleted'
link "$R" wan 02:00:00:09:00:02 "$G" wan 02:00:00:09:00:01
on 'made again'
ip -n "$G" link set wan down
lost 'down'
one_session
kill -9 "$SLAVE"
ip -n "$G" link set wan up
wait_log master.log 'session ended' 1
lost 'the slave was killed'
slave -i wan -C -c 10.8.0.2:1234
on 'another session'
kill -9 "$SLAVE"
lost 'that was killed, too'
ok

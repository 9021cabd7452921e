#!/bin/sh
# SPDX-License-Identifier: ISC
# The doll's carrier is off without a session, and while the real interface is
# down, without a carrier or gone; otherwise it is on.  It follows each change
# within a second.
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
# the slave's kernel reports up to a second later that the other end is down
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

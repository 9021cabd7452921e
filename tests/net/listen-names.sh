#!/bin/sh
# SPDX-License-Identifier: ISC
# -s with a name that stands for more addresses than can be listened on: on the
# first eight, and a line says so.  One of them that this host does not have is
# left out.
#
#   G (slave on ten addresses)
. "$(dirname "$0")/lib.sh"

topo
i=0
while [ $((i += 1)) -le 10 ]; do
	echo "10.7.0.$i many.test"
	[ $i -gt 3 ] || echo "10.7.0.$i few.test"
	[ $i = 2 ] || ip -n "$G" addr add 10.7.0.$i/32 dev lo
done >"$TMP/hosts"
echo 'hosts: files' >"$TMP/nsswitch.conf"
# by_name NAME: a slave that listens there
by_name() {
	start "$1" "$G" sh -c 'mount --bind "$0/nsswitch.conf" \
	    /etc/nsswitch.conf && mount --bind "$0/hosts" /etc/hosts &&
	    exec "$@"' "$TMP" "$EP" -i wan -s "$1:1234"
}

by_name many.test
wait_log many.test.log 'many.test:1234: more than 8 addresses; listening on '\
'the first ones'
wait_log many.test.log 'listening on 10.7.0.9 1234'
[ "$(said many.test.log 'listening on .* 1234' | wc -l)" = 8 ] || fail 'not 8'
[ "$(in_G ss -ltnH 'sport = :1234' | wc -l)" = 8 ] || fail 'not 8 sockets'
stop "$PID"
by_name few.test
wait_log few.test.log 'listening on 10.7.0.3 1234'
unsaid few.test.log 'more than' || fail 'that is all of them'
[ "$(said few.test.log 'listening on .* 1234' | wc -l)" = 2 ] || fail 'not 2'
ok

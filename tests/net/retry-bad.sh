#!/bin/sh
# SPDX-License-Identifier: ISC
# A peer that takes the connection, says HELLO and leaves at once with an error
# makes no good session: the pauses grow (1, 2, 4 s), and with -1 the exit
# status is 1.  A peer that leaves because its process ends has made a good one:
# the pauses begin with 1 s again.
#
#   G (slave that cannot know which connection is its own; masters on lo)
. "$(dirname "$0")/lib.sh"

topo
slave -s 1234 -i wan
wait_listen "$G" 1234
WHY='refused: the other side says: the slave cannot know which connection'
start master "$G" "$EP" -m -C -c 127.0.0.1:1234
MASTER=$PID
wait_for 15 "[ \$(said master.log 'next try in' | wc -l) -ge 3 ]" 'no third try'
says pauses "1 s
2 s
4 s" "$(said master.log "$WHY" | sed 's/.*next try in //' | head -n 3)"
got=0
in_G "$EP" -m -C -1 -c 127.0.0.1:1234 >"$TMP/once.log" 2>&1 || got=$?
says status 1 "$got"

stop "$SLAVE"
slave -s 1234 -i wan -B
wait_for 20 '[ "$(said slave.log "session begins" | wc -l)" = 1 ]' \
    'no good session'
stop "$SLAVE"
wait_log master.log 'the process there has ended; next try in 1 s'
stop "$MASTER"
refusals_end

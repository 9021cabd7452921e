#!/bin/sh
# SPDX-License-Identifier: ISC
# A program that reads the capture slowly stops the frames, not the session.  It
# reads nothing for longer than the 30 s after which a silent peer is given up;
# then it reads again and gets new frames.
#
#   R wan ------ wan G (slave) ctl ------ ctl M (master -w - | slow reader)
. "$(dirname "$0")/lib.sh"

need tcpdump
topo
slave -s 1234 -i wan
wait_listen "$G" 1234
mkfifo "$TMP/pipe" "$TMP/go"
start reader "$M" sh -c "exec <'$TMP/pipe'; read -r go <'$TMP/go'
    exec tcpdump -l -n -r -"
READER=$PID
start master "$M" sh -c "exec '$EP' -m -c 10.8.0.1:1234 -w - >'$TMP/pipe'"
MASTER=$PID
wait_log master.log 'session begins'

# more than all buffers on the way hold, so that the master stops reading
in_R ping -q -f -c 4000 -s 1400 10.9.0.1 >"$TMP/flood" 2>&1
in_G ss -Htn 'sport = 1234' >"$TMP/queue"
SINCE=$(date +%s)
wait_for 60 '[ $(($(date +%s) - SINCE)) -ge 36 ] ||
    grep -q "session ended" "$TMP/master.log" "$TMP/slave.log"' \
    'the time does not pass'
for who in master slave; do
	unsaid $who.log 'session ended' ||
	    fail 'the session ended because nobody read the file'
done

echo go >"$TMP/go"
wait_for 20 'in_R ping -c 1 -W 1 -s 777 10.9.0.1 >/dev/null;
    grep -q "length 785" "$TMP/reader.log"' 'the reader got no new frame'
[ "$(grep -c 'session begins' "$TMP/master.log")" = 1 ] ||
    fail 'there was a second session'
stop "$MASTER"
wait_exit "$READER" 10
ok

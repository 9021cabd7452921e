#!/bin/sh
# SPDX-License-Identifier: ISC
# With -w - the capture goes to standard output, for a program that reads frames
# as they come; everything else goes to standard error.  A terminal as standard
# output is refused.
#
#   R wan ------ wan G (slave) ctl ------ ctl M (master -w - | tcpdump -r -)
. "$(dirname "$0")/lib.sh"

need tcpdump
topo
slave -s 1234 -i wan
wait_listen "$G" 1234
mkfifo "$TMP/pipe"
start reader "$M" tcpdump -l -n -r "$TMP/pipe"
READER=$PID
start master "$M" sh -c "exec '$EP' -m -c 10.8.0.1:1234 -w - >'$TMP/pipe'"
MASTER=$PID
wait_for 15 'in_R ping -c 1 -W 1 10.9.0.1 >/dev/null;
    grep -q "10.9.0.1 > 10.9.0.2: ICMP echo reply" "$TMP/reader.log"' \
    'the reader saw no ping'
pings "$R" 10.9.0.1 3 -s 777
wait_for 10 '[ "$(grep -c "length 785" "$TMP/reader.log")" -ge 6 ]' \
    'the reader lacks a frame'
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
wait_exit "$READER" 5
[ "$STATUS" = 0 ] || fail 'tcpdump could not read the stream to its end'

"$PY" "$NET/terminal.py" run 200 "$EP" -c 10.8.0.1:1234 -w - >"$TMP/shown" &&
    fail 'the master writes to a terminal'
[ $? = 2 ] || fail "on a terminal: exit status $?"
[ "$(wc -l <"$TMP/shown")" = 1 ] && grep -q '^etherpuppet: -w -: .*terminal' \
    "$TMP/shown" || fail "on a terminal: $(cat "$TMP/shown")"
ok

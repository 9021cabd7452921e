#!/bin/sh
# SPDX-License-Identifier: ISC
# Where standard error is the journal (JOURNAL_STREAM names it), a line begins
# with its level, which the journal takes away, and not with the program's
# name, which the journal shows.  Anywhere else it is as ever.
#
#   G (slaves)
. "$(dirname "$0")/lib.sh"

topo

# in_journal NAME DEV:INODE ARGS...: DEV:INODE is evaluated with the log as
# standard error
in_journal() {
	_name=$1 _stream=$2
	shift 2
	start "$_name" "$G" sh -c "JOURNAL_STREAM=$_stream"'
	    export JOURNAL_STREAM
	    exec "$@"' sh "$EP" "$@"
}

own='$(stat -L -c %d:%i /proc/self/fd/2)'
in_journal info "$own" -dddd -s 10.9.0.1:1234 -i wan
SLAVE=$PID
wait_log info.log '^<6>listening on 10.9.0.1 1234$'
native peer "$G" connect 10.9.0.1 1234 preamble hello:role=master \
    want:PARAMS bye:0,done end:5
wait_exit "$NATIVE" 10
wait_log info.log '^<6>10.9.0.1 port [0-9]+: session ended'
grep -q '^<7>10.9.0.1 port [0-9]*: said message' "$TMP/info.log" ||
    fail 'no debug message'
grep -q '^<7>  [0-9a-f][0-9a-f] ' "$TMP/info.log" || fail 'no dump'
stop "$SLAVE"
unsaid info.log '^([^<]|<[^0-9]|$)' || fail 'lines without a level'
unsaid info.log etherpuppet: || fail 'the name is in them'

in_journal error "$own" -s 10.9.0.77:1234 -i wan
wait_exit "$PID" 5
[ "$(cat "$TMP/error.log")" = \
    '<3>-s 10.9.0.77:1234: bind: Cannot assign requested address' ] ||
    fail 'another error'
for stream in 1:2 "''" 'x' "$own:3"; do
	in_journal other "$stream" -s 10.9.0.77:1234 -i wan
	wait_exit "$PID" 5
	grep -q '^etherpuppet: -s 10.9' "$TMP/other.log" ||
	    fail "not as ever with JOURNAL_STREAM=$stream"
done
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# -e: what the command writes to standard error is escaped line by line, and all
# of it is there when the command has ended.  On a terminal a prompt is shown as
# it is, but only before the first byte of the session.
#
#   R --wan-- G (slaves of the commands) --ctl-- M (masters 1 and 2: p1 and p2)
. "$(dirname "$0")/lib.sh"

# said FILE TEXT: a line of the file is exactly this text
said() { tr -d '\r' <"$TMP/$1" | grep -qFx -- "$2"; }
slave="ip netns exec $G $EP -i wan -B -s -"

topo
cat >"$TMP/words" <<'WORDS'
printf 'red \033[31m, bell \007, \\ and \303\266\r\n\n' >&2
head -c 3000 /dev/zero | tr '\0' x >&2
echo >&2
WORDS
start master1 "$M" "$EP" -m -u -C -1 -I p1 \
    -e "sh $TMP/words; $slave; printf 'last words' >&2"
master=$PID
wait_log master1.log 'session begins'
stop "$master"
said master1.log 'red \x1b[31m, bell \x07, \x5c and \xc3\xb6' ||
    fail 'a line is not escaped'
said master1.log '' || fail 'an empty line is lost'
said master1.log "$(head -c 1000 /dev/zero | tr '\0' x)" ||
    fail 'a long line is not cut in parts'
said master1.log 'last words' || fail 'the end is lost'

cat >"$TMP/ask" <<'ASK'
printf '\033[1mpassword: ' >&2
until [ -e "$1" ]; do sleep 0.05; done
ASK
start master2 "$M" "$PY" "$NET/terminal.py" run 200 "$EP" -m -u -C -1 -I p2 \
    -e "sh $TMP/ask $TMP/answer; $slave; printf '\\033[2Jend\\n' >&2"
master=$PID
esc=$(printf '\033')
wait_log master2.log "^$esc\\[1mpassword: \$"
: >"$TMP/answer"
wait_log master2.log 'session begins'
stop "$master"
said master2.log '\x1b[2Jend' || fail 'a line behind the session is not escaped'
! grep -qF "$esc[2J" "$TMP/master2.log" || fail 'the terminal was cleared'
ok

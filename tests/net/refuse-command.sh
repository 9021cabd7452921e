#!/bin/sh
# -e with a command that is not there, fails, or prints something before its
# peer speaks; -s - on a terminal.
#
#   R --wan-- G (slave) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"

need script
topo
E='etherpuppet:'
refused 1 "sh: 1: no-such-command: not found
$E no-such-command: exit status 127: not found there; give the full path" \
    "$M" "$EP" -m -e 'no-such-command -i eth0 -s -'
refused 1 "$E false: exit status 1 before its hello" "$M" "$EP" -m -e false
refused 1 "$E exit 0: ended before its hello" "$M" "$EP" -m -e 'exit 0'
refused 1 "$E kill -9 \$\$: killed by signal 9 before its hello" \
    "$M" "$EP" -m -e 'kill -9 $$'
refused 1 "$E echo Welcome: wrote \"Welcome\\x0a\" before its hello: does a \
login script print?" "$M" "$EP" -m -e 'echo Welcome'
# one that lives on, and whose hello comes after the greeting
refused 1 "$E echo Welcome; cat: wrote \"Welcome\\x0a\" before its hello: does \
a login script print?" "$M" "$EP" -m -e 'echo Welcome; cat'
refused 1 "$E printf '\\\\033[31mHi\\\\n'; cat: wrote \"\\x1b[31mHi\\x0a\" before \
its hello: does a login script print?" "$M" "$EP" -m \
    -e "printf '\\033[31mHi\\n'; cat"
! ip -n "$M" link show puppet0 >/dev/null 2>&1 || fail "the doll is left"

# a terminal on standard input and output
in_G script -qec "$EP -i wan -B -s -" "$TMP/typescript" >/dev/null 2>&1 \
    </dev/null && fail "a terminal was taken for a peer"
says 'a terminal' "$E -s -: standard input is a terminal; use ssh without -t" \
    "$(grep -a '^etherpuppet' "$TMP/typescript" | tr -d '\r')"
refusals_end

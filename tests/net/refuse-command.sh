#!/bin/sh
# SPDX-License-Identifier: ISC
# -e with a command that does not exist, that fails, or that prints something
# before its etherpuppet speaks; and -s - on a terminal.  One line says what is
# wrong, and the program ends.
#
#   R --wan-- G (slave) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"

need script
topo
E='etherpuppet:'
refused 1 "$E puppet0: made
sh: 1: no-such-command: not found
$E no-such-command -i eth0 -s -: it ended without a word; the command ended with \
status 127: not found there; give the full path" \
    "$M" "$EP" -m -e 'no-such-command -i eth0 -s -'
ENDED='it ended without a word; the command ended'
refused 1 "$E puppet0: made
$E false: $ENDED with status 1" "$M" "$EP" -m -e false
refused 1 "$E puppet0: made
$E exit 0: $ENDED with status 0" "$M" "$EP" -m -e 'exit 0'
refused 1 "$E puppet0: made
$E kill -9 \$\$: $ENDED by signal 9" "$M" "$EP" -m -e 'kill -9 $$'
GREETS='not our protocol, it begins with'
LOGIN='does a login script print?'
refused 1 "$E puppet0: made
$E echo Welcome: $GREETS: Welcome\\x0a; $LOGIN" \
    "$M" "$EP" -m -e 'echo Welcome'
# a command that lives on, as ssh does; control characters are escaped
refused 1 "$E puppet0: made
$E echo Welcome; exec sleep 9: $GREETS: Welcome\\x0a; $LOGIN" \
    "$M" "$EP" -m -e 'echo Welcome; exec sleep 9'
refused 1 "$E puppet0: made
$E printf '\\033[31mHi'; exec sleep 9: $GREETS: \\x1b[31mHi; $LOGIN" \
    "$M" "$EP" -m -e "printf '\\033[31mHi'; exec sleep 9"
no_interface "$M" puppet0 || fail "the doll is still there"

# a terminal on standard input and output
in_G script -qec "$EP -i wan -B -s -" "$TMP/typescript" >/dev/null 2>&1 \
    </dev/null && fail "a terminal was taken for a peer"
says 'a terminal' "etherpuppet($(uname -n)): -s -: standard input and output must not be a terminal: it \
is for the far end of -e; use ssh without -t; etherpuppet -h lists the options" \
    "$(grep -a '^etherpuppet' "$TMP/typescript" | tr -d '\r')"
refusals_end

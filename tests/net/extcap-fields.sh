#!/bin/sh
# SPDX-License-Identifier: ISC
# The options of the capture program as Wireshark's dialogue shows them first:
# each field is valid as it is, or Start stays grey for a reason that nobody
# sees.  Only what is required and has no default is left to the user.
#
#   (no network)
. "$(dirname "$0")/lib.sh"

contrib/wireshark/etherpuppet-extcap --extcap-interface etherpuppet \
    --extcap-config >"$TMP/config" || fail 'no options'
"$PY" - "$TMP/config" <<'end' || fail 'see above'
# as extcap_parser.c and ui/qt/extcap_argument.cpp of Wireshark 4.0
import re
import sys

KEYS = {'number', 'call', 'display', 'type', 'default', 'range', 'required',
        'tooltip', 'placeholder', 'validation', 'group'}
NUMBERS = {'integer': int, 'unsigned': int, 'double': float}
TYPES = set(NUMBERS) | {'string', 'password', 'boolean', 'boolflag', 'selector',
                        'radio', 'fileselect', 'multicheck', 'timestamp'}


def is_valid(arg, text):
    if arg['type'] in NUMBERS:
        value = NUMBERS[arg['type']](text)
        low, high = arg.get('range', ',').split(',')
        return not (low and value < float(low) or high and value > float(high))
    if 'validation' in arg and text:
        return re.search(arg['validation'], text) is not None
    return bool(text) or arg.get('required') != 'true'


def shown(arg):
    return arg.get('default', '0' if arg['type'] in NUMBERS else '')


def parse(line):
    assert re.fullmatch(r'arg (\{[a-z]+=[^{}]*\})+', line), line
    arg = dict(re.findall(r'\{([a-zA-Z_-]*?)=(.*?)\}', line))
    assert set(arg) <= KEYS and arg['type'] in TYPES, line
    return arg


args = [parse(line) for line in open(sys.argv[1]).read().splitlines()]
assert [int(arg['number']) for arg in args] == list(range(len(args)))
for arg in args:
    first = shown(arg)
    needed = arg.get('required') == 'true' and not first
    if not needed and not is_valid(arg, first):
        sys.exit('%s is red as first shown: %r' % (arg['display'], first))
    assert not needed or is_valid(arg, 'x'), arg
port = next(arg for arg in args if arg['call'] == '--port')
assert is_valid(port, '22') and not is_valid(port, 'ssh') and shown(port) == ''
end
ok

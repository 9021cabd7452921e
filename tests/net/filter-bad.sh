#!/bin/sh
# SPDX-License-Identifier: ISC
# A filter expression that libpcap refuses: at the option, at once; from a
# master's peer, BYE with libpcap's words, and the listener goes on.
#
#   R --wan-- G (slave) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"

topo
slave -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234
# a name that is none, and words that are no expression
refused 2 "etherpuppet: -f tcp prot 80: unknown host 'prot'; \
etherpuppet -h lists the options" "$G" "$EP" -i wan -s 1235 -f 'tcp prot 80'
refused 2 "etherpuppet: -f tcp prot 80: unknown host 'prot'; \
etherpuppet -h lists the options" \
    "$M" "$EP" -m -c 10.8.0.1:1234 -f 'tcp prot 80'
WORDS="can't parse filter expression: syntax error"
refused 1 "etherpuppet: -f tcp port 80 and: $WORDS" \
    "$G" "$EP" -i wan -s 1235 -f 'tcp port 80 and'
refused 1 "etherpuppet: puppet0: made
etherpuppet: 10.8.0.1:1234: refused: the other side says: filter: $WORDS" \
    "$M" "$EP" -m -c 10.8.0.1:1234 -f 'tcp port 80 and'

# bad NAME FILTER TEXT: a peer's, and what the slave says of it
bad() {
	native "$1" "$M" connect 10.8.0.1 1234 preamble \
	    "hello:role=master,link=1,filter=$2" want:BYE end:5
	wait_exit "$NATIVE" 15
	[ "$STATUS" = 0 ] || fail "no BYE for a bad filter"
	says BYE "BYE 4 filter: $3" "$(said "$1.log" ^BYE)"
	says slave "etherpuppet: PEER: refused: filter: $3" \
	    "$(said slave.log 'refused: filter' | tail -n 1 |
	    sed 's/10\.8\.0\.2 port [0-9]*/PEER/')"
}
# one that cannot be seen to be bad before the slave compiles it
bad syntax 'tcp port port 80' "$WORDS"

# names: no stranger has the slave's name servers asked
sniff dns "$G" ctl udp port 53
NAMES='the other side must resolve the names in it: unknown'
bad word 'tcp prot 80' "$NAMES host 'prot'"
bad name 'host evil.test' "$NAMES host 'evil.test'"
bad port 'port http' "$NAMES port 'http'"
bad raw "$(printf 'tcp \302\23331m')" 'it is not plain ASCII'
sniff_end dns
[ "$(frames dns)" = 0 ] || fail 'a name server was asked'
! LC_ALL=C grep -q '[^ -~]' "$TMP/slave.log" || fail 'raw bytes in the log'

# what a master says whose slave answers so
start fake "$G" "$PY" "$NET/native.py" listen 10.8.0.1 1236 preamble \
    hello:role=slave,link=1 want:HELLO 'bye:4,filter: syntax error' end:5
wait_log fake.log LISTENING
refused 1 'etherpuppet: puppet0: made
etherpuppet: 10.8.0.1:1236: refused: the other side says: filter: syntax error' \
    "$M" "$EP" -m -c 10.8.0.1:1236 -f 'host 10.9.0.2'

master -m -u -c 10.8.0.1:1234 -f icmp
wait_session
refusals_end

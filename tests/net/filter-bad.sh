#!/bin/sh
# A filter expression that libpcap refuses: at the option, at once; from a
# master's peer, BYE with libpcap's words, and the listener goes on.
#
#   R --wan-- G (slave) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"

topo
slave -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234
for filter in 'tcp prot 80' 'tcp port 80 and' 'vlan or 5000'; do
	case $filter in
	*prot*) why="unknown host 'prot'" ;;
	*) why="can't parse filter expression: syntax error" ;;
	esac
	why="etherpuppet: -f $filter: $why; etherpuppet -h lists the options"
	refused 2 "$why" "$G" "$EP" -i wan -s 1235 -f "$filter"
	refused 2 "$why" "$M" "$EP" -m -c 10.8.0.1:1234 -f "$filter"
done

# one that cannot be seen to be bad before the slave compiles it
native bad "$M" connect 10.8.0.1 1234 preamble \
    'hello:role=master,link=1,filter=tcp prot 80' want:BYE end:5
wait_exit "$NATIVE" 15
[ "$STATUS" = 0 ] || fail "no BYE for a bad filter"
says BYE "BYE 4 filter: can't parse filter expression: syntax error" "$(said bad.log ^BYE)"
says slave "etherpuppet: PEER: session ended: filter: can't parse filter \
expression: syntax error" \
    "$(said slave.log 'syntax error' | sed 's/10\.8\.0\.2 port [0-9]*/PEER/')"

# what a master says whose slave answers so
start fake "$G" "$PY" "$NET/native.py" listen 10.8.0.1 1236 preamble \
    hello:role=slave,link=1 want:HELLO 'bye:4,filter: syntax error' end:5
wait_log fake.log LISTENING
refused 1 'etherpuppet: puppet0: made
etherpuppet: 10.8.0.1:1236: session begins (native 1)
etherpuppet: 10.8.0.1:1236: session ended: it left: filter: syntax error' \
    "$M" "$EP" -m -c 10.8.0.1:1236 -f 'host 10.9.0.2'

master -m -u -c 10.8.0.1:1234 -f icmp
wait_session
refusals_end

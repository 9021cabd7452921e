#!/bin/sh
# SPDX-License-Identifier: ISC
# Failures on the way to a remote interface reach the user: tshark shows the
# message of ssh, the slave or the program, and no process is left.
#
#   G (sshd, slave) ctl ------ ctl M (tshark, extcap, master)
. "$(dirname "$0")/lib.sh"

topo
sshd_start "$G"
. "$NET/lib-extcap.sh"

# shown NAME REGEX INTERFACE ARGS...
shown() {
	_what=$1 _regex=$2
	shift 2
	extcap "$_what" "$@"
	wait_exit "$CAPTURE" 15
	grep -q -E 'Error (by|from) extcap pipe' "$TMP/$_what.log" ||
	    fail "$_what: no error is shown"
	grep -qE -- "$_regex" "$TMP/$_what.log" || fail "$_what: not shown: $_regex"
	gone
}

field=extcap.etherpuppet
shown word "-f tcp prt 80: unknown host 'prt'" wan -f 'tcp prt 80'
shown filter 'filter: .*syntax error' wan -f 'tcp port'
shown interface 'nothing: no such interface' nothing
shown nobody 'ssh: connect to host 10.8.0.1 port 23: Connection refused' wan \
    -o $field.port:23
shown name 'Could not resolve hostname no.such.host' wan \
    -o $field.host:root@no.such.host
shown user 'Permission denied' wan -o "$field.ssh:-F /dev/null \
-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
shown program 'status 127: not found there; give the full path' wan \
    -o $field.remote:/no/etherpuppet
shown hostkey 'Host key verification failed' wan -o "$field.ssh:-F \
'$TMP/home/ssh_config' -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/dev/null"
shown host 'no host: it is in the options' wan -o $field.host:
shown quotes 'quotes do not match' wan -o "$field.ssh:-F '$TMP"

# an end that nobody here wanted
extcap ended wan
wait_for 10 "[ -n \"\$(here $G)\" ] && [ -s '$TMP/home/ended.pcapng' ]" 'no capture'
kill "$(here "$G" | sed -n 's/ etherpuppet .*//p')"
wait_exit "$CAPTURE" 10
grep -q 'session ended: the process there has ended' "$TMP/ended.log" ||
    fail 'the end is not told'
gone

# the program by itself: exit statuses
run() {
	# shellcheck disable=SC2086
	in_M $NOBODY "$TMP/extcap/etherpuppet-extcap" "$@" >"$TMP/run.log" 2>&1
}
run --capture --fifo /dev/null && fail 'without a host'
grep -q 'no host' "$TMP/run.log" || fail "no host: $(cat "$TMP/run.log")"
run --capture --host x && fail 'without a fifo'
grep -q 'no --fifo' "$TMP/run.log" || fail "no fifo: $(cat "$TMP/run.log")"
run --capture --hots x && fail 'an unknown option'
grep -q 'not an option' "$TMP/run.log" || fail "hots: $(cat "$TMP/run.log")"
run --host && fail 'an option without its argument'
grep -q 'wants an argument' "$TMP/run.log" || fail "--host: $(cat "$TMP/run.log")"
run --capture --fifo /dev/null --host root@10.8.0.1 --interface nothing \
    --ssh "-F '$TMP/home/ssh_config'" && fail 'it ended well'
grep -q 'nothing: no such interface' "$TMP/run.log" || fail "$(cat "$TMP/run.log")"
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# A side that has sent nothing for 20 s sends a PING; 30 s without a byte from the
# other side end the session.  A peer that only answers is kept.  Takes 45 s.
#
#   R --wan-- G (two slaves) --ctl-- M (two peers: one answers, one is mute)
. "$(dirname "$0")/lib.sh"

topo
slave -s 1234 -i wan
MUTED=$SLAVE
start other "$G" "$EP" -s 1235 -i wan -M '*:*,*:1234'
wait_listen "$G" 1234
wait_listen "$G" 1235
native answers "$M" connect 10.8.0.1 1235 preamble hello ping:77 want:PONG \
    want:PING,25 say:PINGED serve:45
ANSWERS=$NATIVE
native mute "$M" connect 10.8.0.1 1234 preamble hello want:HELLO say:MUTE \
    mute:60
wait_log mute.log MUTE
read -r START _ </proc/uptime

wait_log answers.log '^PONG'
grep -q '^PONG flags=0 000000000000004d$' "$TMP/answers.log" ||
    fail "another token in the PONG"
wait_log answers.log PINGED 25
wait_log mute.log '^PING' 25
wait_log mute.log EOF 35
read -r END _ </proc/uptime
[ $((${END%.*} - ${START%.*})) -ge 28 ] || fail "given up before 30 s"
wait_log slave.log '10\.8\.0\.2 port [0-9]+: .*30 s'
alive "$MUTED" || fail "the slave ended with its session"
wait_for 25 "[ \$(grep -c '^PING' '$TMP/answers.log') -ge 2 ]" "no second PING"
unsaid answers.log EOF || fail "a peer that answers was dropped"
ok

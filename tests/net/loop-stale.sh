#!/bin/sh
# SPDX-License-Identifier: ISC
# A stale SSH_CONNECTION, as in a tmux that was started by an older login: the
# guard finds the loop, also when the session is a new one, and does not let it
# grow again.  With the SSH_CONNECTION of this login there is none.
#
#   M (ssh -L 1234, master) net --- lan R wan --- wan G (sshd, slave -S)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"
. "$NET/lib-loop.sh"

topo_through
sshd_in "$G"
# shellcheck disable=SC2046
start forward "$M" $(ssh_to 10.9.0.1) -L 127.0.0.1:1234:127.0.0.1:1234 \
    -L 127.0.0.1:1235:127.0.0.1:1235 'echo "$SSH_CONNECTION"; exec sleep 1000'
wait_listen "$M" 1235
wait_log forward.log '^10.8.0.2 [0-9]* 10.9.0.1 22$'
this=$(said forward.log 10.8.0.2)
port=${this#* } port=${port%% *}

slave -s 127.0.0.1:1234 -i wan -M "10.8.0.2 $((port + 1)) 10.9.0.1 22"
wait_listen "$G" 1234
master -m -u -C -c 127.0.0.1:1234
wait_session
loop_held slave.log
stop "$MASTER"
before=$(counter "$G" wan tx_bytes)
master -m -u -C -c 127.0.0.1:1234
wait_for 10 "[ \$(counted slave.log '$LOOP') = 2 ]" 'the next session loops'
sent=$(($(counter "$G" wan tx_bytes) - before))
[ "$sent" -lt 3000000 ] || fail "the next session has sent $sent bytes"
wan_quiet
stop "$MASTER"
stop "$SLAVE"

start slave "$G" env SSH_CONNECTION="$this" "$EP" -s 127.0.0.1:1235 -i wan -S
SLAVE=$PID
wait_listen "$G" 1235
master -m -u -C -c 127.0.0.1:1235
wait_session
no_loop 'tcp port 22'
[ "$(counted slave.log "$LOOP")" = 0 ] || fail 'a loop, in spite of -S'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# -e: a command is silent for 11 s, as ssh is while it asks for a password, and
# then slow with its first bytes.  After 10 s a line says that nothing was
# heard, and later the session begins.  A silent TCP connection ends after 10 s,
# with the same remedy.
#
#   R --wan-- G (slave of the command; one that is silent) --ctl-- M (masters)
. "$(dirname "$0")/lib.sh"

topo
start silent "$G" "$PY" -c 'import socket, time
s = socket.create_server(("10.8.0.1", 1236)); print("LISTENING", flush=True)
c = s.accept(); time.sleep(100)'
wait_log silent.log LISTENING
start tcp "$M" "$EP" -m -1 -C -I p1 -c 10.8.0.1:1236
TCP=$PID
cat >"$TMP/late" <<end
#!/bin/sh
ip netns exec $G $EP -i wan -B -s - |
    { sleep 11; dd bs=4 count=1 2>/dev/null; sleep 1; exec cat; }
end
chmod +x "$TMP/late"
master -m -u -C -e "exec $TMP/late"
wait_log master.log "nothing heard yet; is an etherpuppet 1\.0 there\? an older \
one wants -L 0\.3; what the command itself says is seen when it is run by hand" 12
wait_exit "$TCP" 5
[ "$STATUS" = 1 ] || fail "silence by TCP: status $STATUS"
says tcp 'etherpuppet: 10.8.0.1:1236: nothing heard in 10 seconds; is an etherpuppet 1.0 there? an older one wants -L 0.3' \
    "$(said tcp.log 10.8.0.1)"
wait_session 8
pings "$R" 10.9.0.1
[ "$(said master.log 'nothing heard' | wc -l)" = 1 ] || fail 'said twice'
refusals_end

#!/bin/sh
# SPDX-License-Identifier: ISC
# -U runs a command with its variables when the doll is configured; all its
# output goes to standard error.  It runs once a session, and one at a time: a
# new session's command waits for an old one's; none stays a zombie.
#
#   R wan ---- wan G (slave) ctl ---- ctl M (master -U): puppet0
. "$(dirname "$0")/lib.sh"

topo
ip -n "$G" addr add 10.9.0.5/24 brd + dev wan
ip -n "$G" addr add 10.9.0.6/24 brd + dev wan
slave -s 1234 -i wan
wait_listen "$G" 1234
cat >"$TMP/hook" <<'END'
#!/bin/sh
echo the hook speaks
{
	env | grep '^PUPPET_' | sort
	ip -4 -o addr show dev "$PUPPET_IFNAME" | grep -q 10.9.0.1/24 &&
	    echo configured
} >"$1.part"
mv "$1.part" "$1"
END
chmod 755 "$TMP/hook"
start master "$M" sh -c \
    "exec '$EP' -m -c 10.8.0.1:1234 -U '$TMP/hook $TMP/vars' >'$TMP/stdout'"
wait_for 10 '[ -e "$TMP/vars" ]' 'the hook did not run'
wait_log master.log 'the hook speaks'
[ ! -s "$TMP/stdout" ] || fail 'something was written to standard output'
cat "$TMP/vars"
has() { grep -qE -- "$1" "$TMP/vars" || fail "no $1"; }
has '^PUPPET_IFNAME=puppet0$'
has '^PUPPET_PEER=.*10\.8\.0\.1'
has '^PUPPET_MTU=1500$'
has '^PUPPET_MAC=02:00:00:09:00:01$'
has '^PUPPET_ADDRESSES=10\.9\.0\.1/24 10\.9\.0\.5/24 10\.9\.0\.6/24$'
has '^configured$'

# later changes of the parameters do not run it again
ip -n "$G" addr add 10.9.0.77/24 brd + dev wan
wait_for 5 'ip -n $M -o addr show dev puppet0 | grep -q 10.9.0.77/24' \
    'the change is not on the doll'
[ "$(said master.log 'the hook speaks' | wc -l)" = 1 ] || fail 'it ran again'

stop "$PID"
cat >"$TMP/slow" <<'END'
#!/bin/sh
echo "begins $PUPPET_MTU"
while ! rm "$1" 2>/dev/null; do sleep 0.05; done
echo "ends $PUPPET_MTU"
END
chmod 755 "$TMP/slow"
mkdir -m 777 "$TMP/go"
start slow "$M" "$EP" -m -C -s 1234 -U "exec $TMP/slow $TMP/go/on"
SLOW_MASTER=$PID
wait_listen "$M" 1234
for mtu in 1400 1401 1402 1403; do
	native "guest$mtu" "$G" connect 10.8.0.2 1234 preamble \
	    hello:role=slave,link=1 params say:TOLD end:1
	wait_log "guest$mtu.log" TOLD
	wait_log slow.log 'begins 1500'
	wait_exit "$NATIVE" 5
	ip -n "$M" link set puppet0 mtu $mtu
done
: >"$TMP/go/on"
wait_log slow.log 'begins 1403'
: >"$TMP/go/on"
wait_log slow.log 'ends 1403'
says 'one after the other' 'begins 1500
ends 1500
begins 1403
ends 1403' "$(said slow.log '^(begins|ends)')"
helper=$(helper_of "$SLOW_MASTER")
wait_for 5 'lacks . cat /proc/$helper/task/$helper/children' 'a hook is left'
refusals_end

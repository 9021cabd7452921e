#!/bin/sh
# -U runs a command when the doll is configured, with its variables; what it
# says goes to standard error, also what it says on standard output.  Once.
#
#   R wan ---- wan G (slave) ctl ---- ctl M (master -U): puppet0
. "$(dirname "$0")/lib.sh"

topo
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
has '^PUPPET_ADDRESSES=10\.9\.0\.1/24$'
has '^configured$'

# later changes of the parameters do not run it again
ip -n "$G" addr add 10.9.0.77/24 brd + dev wan
wait_for 5 'ip -n $M -o addr show dev puppet0 | grep -q 10.9.0.77/24' \
    'the change is not on the doll'
[ "$(said master.log 'the hook speaks' | wc -l)" = 1 ] || fail 'it ran again'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# contrib/systemd under a real systemd, in namespaces: the services of the two
# example files start, are ready, tell their status, and end within 5 seconds.
# systemd starts a killed process again, but not one with a wrong option.
#
#   G (sshd, slave of the doll; peer of the slave) ctl ------ ctl M (systemd:
#       etherpuppet@master, etherpuppet@slave; lab: a doll with -n)
. "$(dirname "$0")/lib.sh"

need systemd-analyze systemctl unshare nsenter
INIT=/lib/systemd/systemd
[ -x $INIT ] || skip "no $INIT here"
topo
sshd_start "$G"

# systemd needs a control group of its own; the kernel decides where it can be
for cgroup in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup ''; do
	[ -z "$cgroup" ] || [ ! -e "$cgroup/cgroup.procs" ] || break
done
[ -n "$cgroup" ] && mkdir "$cgroup/ep$$" 2>/dev/null ||
    skip 'no control group can be made here'
cgroup=$cgroup/ep$$
# clean: also removes the control groups, which the trap in lib.sh would leave
clean() {
	status=$?
	trap - EXIT
	[ -z "${MANAGER:-}" ] || kill -KILL "$MANAGER" 2>/dev/null || true
	wait_for 5 "find $cgroup -depth -type d -exec rmdir {} + 2>/dev/null;
	    [ ! -e $cgroup ]" || true
	set +e
	(exit "$status")
	finish
}
trap clean EXIT

# a copy, not a link: where the program is may not be seen in there
cp --remove-destination "$(realpath "$EP")" "$TMP/bin/etherpuppet"
mkdir "$TMP/units" "$TMP/conf"
cp contrib/systemd/etherpuppet@.service "$TMP/units/"
sed 's/eth0/ctl/; s/192.0.2.1/10.8.0.2/' contrib/systemd/slave.conf \
    >"$TMP/conf/slave.conf"
sed "s/eth0/wan/; s/@gw/@10.8.0.1/; s,'ssh ,&-F $TMP/ssh/ssh_config ," \
    contrib/systemd/master.conf >"$TMP/conf/master.conf"
echo "OPTIONS=-m -n lab -c 10.8.0.1:9 -U 'a b'" >"$TMP/conf/lab.conf"
echo 'OPTIONS=-m --no-such-option' >"$TMP/conf/wrong.conf"
# the test's files instead of those in /etc, and no unit of this machine
mkdir "$TMP/units/etherpuppet@.service.d"
cat >"$TMP/units/etherpuppet@.service.d/test.conf" <<-end
	[Unit]
	DefaultDependencies=no
	[Service]
	EnvironmentFile=
	EnvironmentFile=$TMP/conf/%i.conf
	StandardError=append:$TMP/%i.log
end
mkdir "$TMP/units/etherpuppet@lab.service.d" "$TMP/units/etherpuppet@master.service.d"
# the test's ssh has its files in a folder below /tmp
printf '[Service]\nPrivateTmp=no\n' >"$TMP/units/etherpuppet@master.service.d/tmp.conf"
cp contrib/systemd/netns.conf "$TMP/units/etherpuppet@lab.service.d/"
printf '[Unit]\nDefaultDependencies=no\n' >"$TMP/units/idle.target"
# PrivateTmp= wants it, and it would empty /tmp
ln -s /dev/null "$TMP/units/systemd-tmpfiles-setup.service"

# --man=no, because Debian 13's complains if the manual is not installed
in_M sh -c 'mount --bind "$0/bin" /usr/local/bin && systemd-analyze --man=no \
    verify "$1/contrib/systemd/etherpuppet@.service"' "$TMP" "$PWD" \
    >"$TMP/verify.log" 2>&1 || fail 'systemd-analyze verify'
[ ! -s "$TMP/verify.log" ] || fail 'systemd-analyze verify complains'

# as others judge it; older ones do not know --offline
if systemd-analyze security --offline=yes --threshold=100 \
    "$TMP/units/etherpuppet@.service" >"$TMP/security.log" 2>&1; then
	level=$(sed -n 's/.*exposure level for .*: \([0-9]*\)\.\([0-9]*\).*/\1\2/p' "$TMP/security.log")
	[ "$level" -le 30 ] || fail "systemd-analyze security: $(tail -n 1 "$TMP/security.log")"
fi

start manager "$M" sh -c '
	echo $$ >"$1/cgroup.procs"
	exec unshare -C -p -m -i -u --fork --kill-child sh -c "
		mount -t proc proc /proc
		mount -t tmpfs none /run
		# systemd may empty this /tmp, not that of the host
		mkdir /run/test
		mount --bind \"$0\" /run/test
		mount -t tmpfs none /tmp
		mkdir -p \"$0\"
		mount --bind /run/test \"$0\"
		mount -t tmpfs none /etc/systemd/system
		cp -R \"$0/units/.\" /etc/systemd/system/
		mount --bind \"$0/bin\" /usr/local/bin
		if [ -e /sys/fs/cgroup/cgroup.procs ]; then
			mount -t cgroup2 none /sys/fs/cgroup
		else
			mount -t tmpfs none /sys/fs/cgroup
			mkdir /sys/fs/cgroup/systemd
			mount -t cgroup -o none,name=systemd none /sys/fs/cgroup/systemd
		fi
		container=lxc
		export container
		exec $2 --system --unit=idle.target --log-target=console"
' "$TMP" "$cgroup" "$INIT"
UNSHARE=$PID
wait_for 10 "MANAGER=\$(cat /proc/$UNSHARE/task/$UNSHARE/children 2>/dev/null);
    MANAGER=\${MANAGER% }; [ -n \"\$MANAGER\" ]" 'there is no systemd process'
inside() { nsenter -t "$MANAGER" -m -p -n "$@"; }
ctl() { timeout 20 nsenter -t "$MANAGER" -m -p -n systemctl "$@" >>"$TMP/ctl.log" 2>&1; }
wait_for 60 "! alive $MANAGER || ctl is-active idle.target" 'systemd does not start'
alive "$MANAGER" || skip "systemd does not run here: $(tail -n 1 "$TMP/manager.log")"

# state UNIT PROPERTY VALUE: waits until the unit's property has this value
state() {
	wait_for 15 "[ \"\$(inside systemctl show -P $2 etherpuppet@$1)\" = '$3' ]" \
	    "$1: $2 is $(inside systemctl show -P "$2" "etherpuppet@$1")"
}

ctl start etherpuppet@slave || fail 'the slave does not start'
in_M ss -ltnH 'sport = :1234' | grep -q 10.8.0.2 ||
    fail 'the slave is started, but does not listen'
state slave StatusText 'listening on 10.8.0.2:1234'
ctl start etherpuppet@master || fail 'the master does not start'
in_M ip link show puppet0 >/dev/null ||
    fail 'the master is started, but has no doll'
wait_session
for unit in slave master; do
	lacks 'part of the sandbox' cat "$TMP/$unit.log" ||
	    fail "$unit: the unit keeps the relay from giving up its rights"
done
ctl start etherpuppet@lab || fail 'a doll with -n does not start'
inside ip -n lab link show puppet0 >/dev/null || fail 'no doll in lab'
wait_for 10 "inside systemctl show -P StatusText etherpuppet@lab |
    grep -qE '^waiting for 10.8.0.1:9, next try in [0-9]+ s'" \
    'the status names no next try'

native peer "$G" connect 10.8.0.2 1234 preamble hello:role=master want:PARAMS \
    serve:60
wait_for 10 "inside systemctl show -P StatusText etherpuppet@slave |
    grep -q '^serving 10.8.0.1 port [0-9]* (native 1)'" \
    'the status names no session'

# a killed process is started again after 5 s; one with a wrong option is not
kill -KILL "$(in_M ss -ltnpH 'sport = :1234' | sed 's/.*pid=\([0-9]*\).*/\1/')"
ctl start etherpuppet@wrong && fail 'a process starts with a wrong option'
state wrong ExecMainStatus 2
state slave NRestarts 1
state slave StatusText 'listening on 10.8.0.2:1234'
[ "$(inside systemctl show -P NRestarts etherpuppet@wrong)" = 0 ] ||
    fail 'a wrong option is tried again'

for unit in slave master lab; do
	begin=$(date +%s)
	ctl stop etherpuppet@$unit || fail "$unit does not stop"
	[ $(($(date +%s) - begin)) -le $((5 * SLOW)) ] || fail "$unit stops slowly"
	state $unit ActiveState inactive
	state $unit Result success
done
no_interface "$M" puppet0 || fail 'the doll is still there'
lacks lab inside ip netns list || fail 'the namespace is still there'
wait_for 5 "lacks '^etherpuppet ' running $G" 'the remote slave still runs'
[ "$(inside systemctl list-units -q --state=failed --plain 'etherpuppet@*' |
    cut -d ' ' -f 1)" = etherpuppet@wrong.service ] ||
    fail 'other units than the wrong one failed'
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# The program for a router gets there by ssh, and works from there, in three
# commands: with OpenSSH's sshd, and with dropbear, which has no sftp-server.
#
#   R --wan-- G (the router: eth0, sshd or dropbear) --ctl-- M (you)
TMPDIR=/var/tmp # the router's /tmp is another
export TMPDIR
. "$(dirname "$0")/lib.sh"

need ssh ssh-keygen

# router_start NAME COMMAND...: a server on G, with a /tmp and a root's home
# directory of its own there
router_start() {
	_name=$1
	shift
	start "$_name" "$G" sh -c 'mount -t tmpfs none /tmp &&
	    mount --bind "$0/home" ~root && exec "$@"' "$TMP" "$@"
	wait_listen "$G" 22
}

serve_sshd() {
	need sshd
	mkdir -p /run/sshd
	cat >"$TMP/sshd_config" <<-end
	HostKey $TMP/host
	PidFile none
	UsePAM no
	StrictModes no
	PermitRootLogin yes
	end
	router_start sshd "$(command -v sshd)" -D -e -f "$TMP/sshd_config"
}

serve_dropbear() {
	need dropbear dropbearkey
	dropbearkey -t ed25519 -f "$TMP/dropbear" >"$TMP/dropbearkey" 2>&1
	router_start dropbear "$(command -v dropbear)" -F -E -p 22 \
	    -r "$TMP/dropbear" -P "$TMP/dropbear.pid"
}

# with SERVER: the three commands, as they stand here
with() {
	"serve_$1"
	server=$PID
	rm -f "$TMP/known"
	name=$(ssh root@router sh <contrib/router/machine) || fail "$1: machine"
	[ "$name" = "$TARGET" ] || fail "$1: the machine is $name"
	ssh root@router 'cat >/tmp/etherpuppet && chmod +x /tmp/etherpuppet' \
	    <"build/$name/etherpuppet" || fail "$1: cat"
	start master "$M" etherpuppet -m -u -r -C \
	    -e 'ssh root@router /tmp/etherpuppet -i eth0 -b 1 -s -'
	MASTER=$PID
	wait_session 20
	sniff doll "$M" puppet0
	pings "$R" 10.9.0.1
	sniff_end doll
	[ "$(frames doll icmp)" -ge 3 ] || fail "$1: the doll does not see pings"
	stop "$MASTER"
	[ "$STATUS" = 0 ] || fail "$1: exit status $STATUS"
	cat "$TMP/master.log"
	if [ "$1" = sshd ]; then
		scp -O "build/$name/etherpuppet" root@router:/tmp/second ||
		    fail 'scp -O'
	fi
	stop "$server"
}

TARGET=$(sh contrib/router/machine) || skip 'no program for this machine'
program "$TARGET"
topo
eth0
mkdir -p "$TMP/bin" "$TMP/home/.ssh"
chmod 700 "$TMP/home" "$TMP/home/.ssh"
ln -s "$EP" "$TMP/bin/etherpuppet"
ssh-keygen -q -t ed25519 -N '' -f "$TMP/key"
ssh-keygen -q -t ed25519 -N '' -f "$TMP/host"
cp "$TMP/key.pub" "$TMP/home/.ssh/authorized_keys"
cat >"$TMP/ssh_config" <<-end
Host router
HostName 10.8.0.1
IdentityFile $TMP/key
IdentitiesOnly yes
StrictHostKeyChecking no
UserKnownHostsFile $TMP/known
BatchMode yes
LogLevel ERROR
end
for p in ssh scp; do
	printf '#!/bin/sh\nexec ip netns exec %s %s -F %s "$@"\n' "$M" \
	    "$(command -v $p)" "$TMP/ssh_config" >"$TMP/bin/$p"
done
chmod +x "$TMP/bin/ssh" "$TMP/bin/scp"
PATH=$TMP/bin:$PATH
with sshd
with dropbear
ok

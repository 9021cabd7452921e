#!/bin/sh
# SPDX-License-Identifier: ISC
# What the relay of a slave and of a master may do, by /proc and by the kernel's
# copy of its filter; the table in the manual says the same.  Under strace no
# call of a session's life is refused.  -Z; and a slave that has no root.
#
#   R --wan-- G (slave) --ctl-- M (master)
. "$(dirname "$0")/lib.sh"

need strace setpriv
# status PID NAME: a line of /proc/PID/status, without its name
status() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" | tr '\t' ' ' | sed 's/ *$//'; }
# has NAME PID LINE VALUE
has() {
	[ "$(status "$2" "$3")" = "$4" ] ||
	    fail "$1: $3 is $(status "$2" "$3"), not $4"
}
# without NAME PID UID GID: no rights, of this user
without() {
	has "$1" "$2" Uid "$3 $3 $3 $3"
	has "$1" "$2" Gid "$4 $4 $4 $4"
	for _set in CapInh CapPrm CapEff CapAmb; do
		has "$1" "$2" $_set 0000000000000000
	done
	has "$1" "$2" NoNewPrivs 1
	has "$1" "$2" Seccomp 2
}
# of_root NAME PID: it was root before
of_root() {
	has "$1" "$2" Groups ''
	has "$1" "$2" CapBnd 0000000000000000
	[ -z "$(ls -A "/proc/$2/root/")" ] || fail "$1: there are files"
	touch "/proc/$2/root/x" 2>/dev/null && fail "$1: a file can be made"
	for _fd in "/proc/$2/fd"/*; do readlink "$_fd"; done |
	    sed 's/:\[.*//; s,.*/[a-z0-9]*\.log$,log,; s,/proc/[0-9]*/task/[0-9]*/,,' |
	    sort | uniq -c | sed 's/^ *//' >"$TMP/$1.fds"
	grep -vE ' (anon_inode|pipe|socket|log|/dev/null|/dev/net/tun|net/dev)$' \
	    "$TMP/$1.fds" && fail "$1 has other descriptors"
	:
}

COMMON='accept accept4 brk clock_gettime close exit_group fcntl getpeername
getsockname ioctl madvise mmap mprotect mremap munmap poll ppoll read recvfrom
recvmsg restart_syscall rt_sigprocmask rt_sigreturn sendmsg sendto setitimer
setsockopt shutdown write writev'
# calls NAME PID MORE...: those that it may make, and how many the manual says
calls() {
	[ "$(uname -m)" = x86_64 ] || return 0
	"$PY" "$NET/seccomp.py" "$2" | sort >"$TMP/$1.calls" ||
	    fail "$1: its filter cannot be read: $(tail -n 1 "$TMP/$1.calls")"
	_name=$1
	shift 2
	for _c in $COMMON "$@"; do echo "$_c"; done | sort |
	    diff - "$TMP/$_name.calls" || fail "$_name may make other calls"
}

NOBODY=$(id -u nobody) NOGROUP=$(id -g nobody)
topo
slave -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234
master -m -u -c 10.8.0.1:1234
wait_session
doll_address
pings "$M" 10.9.0.2
for name in slave master; do
	[ $name = slave ] && pid=$SLAVE || pid=$MASTER
	without $name "$pid" "$NOBODY" "$NOGROUP"
	of_root $name "$pid"
	has "$name's helper" "$(helper_of "$pid")" Uid '0 0 0 0'
	has "$name's helper" "$(helper_of "$pid")" Seccomp 0
done
calls slave "$SLAVE" getsockopt sendmmsg uname
calls master "$MASTER" pread64
if [ "$(uname -m)" = x86_64 ]; then
	grep -qx ".It system calls Ta $(wc -l <"$TMP/slave.calls") Ta $(wc -l <"$TMP/master.calls") Ta all" \
	    man/etherpuppet.1 || fail "the manual has other numbers of calls"
fi
stop "$MASTER"
stop "$SLAVE"

# -Z, by name and number
start other "$G" "$EP" -s 10.8.0.1:1234 -i wan -Z daemon
wait_listen "$G" 1234
without other "$PID" "$(id -u daemon)" "$(id -g daemon)"
stop "$PID"
start other "$G" "$EP" -s 10.8.0.1:1234 -i wan -Z 4711
wait_listen "$G" 1234
without other "$PID" 4711 4711
stop "$PID"
for user in root 0 no-such-user; do
	start other "$G" "$EP" -s 10.8.0.1:1234 -i wan -Z $user
	wait_exit "$PID" 5
	[ "$STATUS" = 1 ] || fail "-Z $user: status $STATUS"
	said other.log "-Z $user: " | grep -q . || fail "-Z $user: not said"
done

# who has one capability and no root
cp "$EP" "$TMP/etherpuppet"
chmod 755 "$TMP/etherpuppet"
start raw "$G" setpriv --reuid=4712 --regid=4712 --clear-groups \
    --inh-caps +net_raw --ambient-caps +net_raw "$TMP/etherpuppet" \
    -s 10.8.0.1:1234 -i wan
wait_listen "$G" 1234
without raw "$PID" 4712 4712
has "its helper" "$(helper_of "$PID")" CapEff 0000000000002000
stop "$PID"

start raw "$G" setpriv --reuid=4712 --regid=4712 --clear-groups \
    --inh-caps +net_raw --ambient-caps +net_raw "$TMP/etherpuppet" \
    -s 10.8.0.1:1234 -i wan -Z nobody
wait_exit "$PID" 5
[ "$STATUS" = 1 ] || fail "-Z without root: status $STATUS"
said raw.log '-Z nobody: only root can' | grep -q . || fail '-Z without root: not said'

# a life under strace: the doll deleted, a filter, an interface that goes
start slave "$G" strace -qq -f -o "$TMP/slave.trace" "$EP" -s 10.8.0.1:1234 -i wan
SLAVE=$PID
wait_listen "$G" 1234
start master "$M" strace -qq -f -o "$TMP/master.trace" "$EP" -m -u -f 'arp or icmp' \
    -c 10.8.0.1:1234
MASTER=$PID
wait_session
doll_address
pings "$M" 10.9.0.2
ip -n "$M" link del puppet0
wait_session
ip -n "$G" link set wan down
wait_for 5 no_carrier 'the doll keeps its carrier'
ip -n "$G" link set wan up
wait_session
for pid in $MASTER $SLAVE; do
	relay=$(helper_of "$pid") # the only child of strace
	kill -USR1 "$relay"
	kill "$relay"
	wait_exit "$pid" 10
done
for name in slave master; do
	grep -q 'seccomp(SECCOMP_SET_MODE_FILTER' "$TMP/$name.trace" ||
	    fail "$name: no trace"
	lacks ENOSYS cat "$TMP/$name.trace" ||
	    fail "$name: $(grep ENOSYS "$TMP/$name.trace" | head -n 3)"
done
ok

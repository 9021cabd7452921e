# SPDX-License-Identifier: ISC
# For tests of a slave on a machine of the other byte order; sourced, POSIX sh,
# instead of ../net/lib.sh.
#
#     R (remote host)            G: qemu-system-s390x           M (master)
#   +------------------+      +---------------------+      +------------------+
#   | wan  10.9.0.2/24 |=tap==| wan  10.9.0.1/24    |      |                  |
#   |                  |      | ctl  10.8.0.1/24    |==tap=| ctl 10.8.0.2/24  |
#   +------------------+      | slave, big-endian   |      | master, puppet0  |
#                             +---------------------+      +------------------+
#      MAC 02:00:00:09:00:02     wan 02:00:00:09:00:01
#
# G has Debian's kernel and busybox for s390x, fetched and kept in build/s390x/,
# the static program of this tree, and two network cards (virtio, with the
# offloads of the taps).  guest() runs commands there.

. "$(dirname "$0")/../net/lib.sh"
. tests/debian

SUITE=bookworm
BOOT=240	# seconds
MODULES='virtio_console virtio_net 8021q nf_tables nft_fib_netdev'
CACHE=$PWD/build/s390x
SLOW=$((4 * SLOW))	# all is emulated

# -- what is in the machine ------------------------------------------------

fetch() {
	[ -z "${NO_INSTALL:-}" ] || skip 'no kernel for s390x, and NO_INSTALL'
	need apt-get dpkg-deb
	(
		debian_apt "$CACHE/apt" $SUITE s390x &&
		    apt-get -q update &&
		    debian_kernel "$CACHE" linux-image-s390x &&
		    kernel_unpack "$CACHE"/*.deb "$CACHE/kernel" &&
		    debian_download "$CACHE" busybox-static libc6 etherpuppet &&
		    rm -rf "$CACHE/files" &&
		    for deb in "$CACHE"/*.deb; do
			dpkg-deb -x "$deb" "$CACHE/files" || exit
		    done &&
		    rm -rf "$CACHE"/*.deb "$CACHE/apt"
	) >"$TMP/fetch.log" 2>&1 ||
	    skip "Debian's packages for s390x are not to be had: $(
		grep '^E: ' "$TMP/fetch.log" | head -n 1)"
}

# put FILE...: into the machine, under the same path as in the packages
put() {
	for file; do
		mkdir -p "$TMP/first/$(dirname "$file")"
		cp -L "$CACHE/files/$file" "$TMP/first/$file"
	done
}

# machine_files: sets KERNEL, makes $TMP/first.cpio
machine_files() {
	need qemu-system-s390x cpio modprobe depmod
	mkdir -p "$CACHE"
	[ -f "$CACHE/files/bin/busybox" ] || fetch
	status=0
	tests/cross/build linux-s390x >"$TMP/program.log" 2>&1 || status=$?
	[ $status != 77 ] || skip "$(tail -n 1 "$TMP/program.log")"
	[ $status = 0 ] || fail 'no program for s390x'
	KERNEL=$(ls "$CACHE"/kernel/boot/vmlinuz-*)
	mkdir -p "$TMP/first/modules"
	put bin/busybox usr/bin/etherpuppet lib/ld64.so.1 \
	    lib/s390x-linux-gnu/libc.so.6
	mv "$TMP/first/usr/bin/etherpuppet" "$TMP/first/bin/etherpuppet-0.3"
	cp build/linux-s390x/etherpuppet "$TMP/first/bin/etherpuppet"
	cp tests/s390x/init "$TMP/first/init"
	chmod 755 "$TMP/first/init"
	# shellcheck disable=SC2086
	kernel_modules "$CACHE/kernel" "${KERNEL##*/vmlinuz-}" \
	    "$TMP/first/modules" $MODULES
	initramfs "$TMP/first" "$TMP/first.cpio"
}

# -- the machine -----------------------------------------------------------

# guest COMMAND: in the machine's shell, line ends being blanks; prints what that
# says and has its exit status.
guest() {
	alive "$MACHINE" || fail "the machine has ended: $*"
	printf '%s\n' "$(echo "$*" | tr '\n' ' ')" >"$TMP/shell.in"
	_answer=$(timeout $((30 * SLOW)) sed '/^done [0-9]*$/q' <"$TMP/shell.out") ||
	    :
	_status=${_answer##*done }
	[ "$_status" != "$_answer" ] || fail "the machine does not answer: $*"
	printf '%s' "${_answer%done *}"
	return "$_status"
}

machine_start() {
	mkfifo "$TMP/shell.in" "$TMP/shell.out"
	start machine "$R" qemu-system-s390x -accel tcg -cpu max -smp 1 -m 256 \
	    -nodefaults -display none -no-reboot \
	    -kernel "$KERNEL" -initrd "$TMP/first.cpio" \
	    -append 'quiet panic=-1' \
	    -chardev "file,id=console,path=$TMP/console.log" \
	    -device sclpconsole,chardev=console \
	    -chardev "pipe,id=shell,path=$TMP/shell" \
	    -device virtio-serial-ccw \
	    -device virtserialport,chardev=shell \
	    -netdev tap,id=wan,ifname=wan,script=no,downscript=no \
	    -device virtio-net-ccw,netdev=wan,mac=02:00:00:09:00:01 \
	    -netdev tap,id=ctl,ifname=ctl,script=no,downscript=no \
	    -device virtio-net-ccw,netdev=ctl,mac=02:00:00:08:00:01
	MACHINE=$PID
	wait_for 5 'ip -n "$R" link show ctl >/dev/null 2>&1' \
	    'qemu makes no interfaces'
	echo 'uname -m' >"$TMP/shell.in"
	timeout $BOOT sed '/^done 0$/q' <"$TMP/shell.out" >"$TMP/shell.log" ||
	    fail "the machine has not answered within $BOOT s"
	alive "$MACHINE" || fail 'the machine does not start'
	grep -qx s390x "$TMP/shell.log" || fail 'this is no s390x'
}

# topo [ipv6]: the three hosts above
topo() {
	machine_files
	host "$R" "${1:-}"
	host "$M" "${1:-}"
	machine_start
	ip -n "$R" link set ctl netns "$M"
	ip -n "$R" link set wan address 02:00:00:09:00:02 up
	ip -n "$M" link set ctl address 02:00:00:08:00:02 up
	ip -n "$R" addr add 10.9.0.2/24 brd + dev wan
	ip -n "$M" addr add 10.8.0.2/24 brd + dev ctl
	guest 'cd /proc/sys/net/ipv6/conf; for i in *; do
	    echo 1 >$i/disable_ipv6; echo 0 >$i/accept_dad; done;
	    cd /sys/class/net; for i in eth*; do
	    case $(cat $i/address) in
	    *:09:00:01) ip link set $i name wan ;;
	    *:08:00:01) ip link set $i name ctl ;;
	    esac; done; ip link set wan up; ip link set ctl up;
	    ip addr add 10.9.0.1/24 brd + dev wan;
	    ip addr add 10.8.0.1/24 brd + dev ctl' || fail 'no network in G'
	pings "$M" 10.8.0.1
	pings "$R" 10.9.0.1
}

# -- the slave -------------------------------------------------------------

# slave ARGUMENTS: split at blanks, quotes work.  SLAVE is its pid there.
slave() {
	SLAVE=$(guest "etherpuppet $* >/tmp/slave.log 2>&1 & echo \$!")
	if [ "$1" = -s ]; then
		wait_for 10 'slave_said "listening on"' 'the slave does not listen'
	fi
}

# slave_said REGEX: in its log, of which there is a copy here
slave_said() {
	guest 'cat /tmp/slave.log' >"$TMP/slave.log"
	grep -qE -- "$1" "$TMP/slave.log"
}

slave_stop() {
	guest "kill $SLAVE; while kill -0 $SLAVE; do sleep 0.1; done" \
	    >/dev/null || :
	guest 'cat /tmp/slave.log' >"$TMP/slave.log"
}

# pair [SLAVE-ARGS [MASTER-ARGS]]: as that of ../net/lib.sh
pair() {
	slave -s 1234 -i wan "${1:-}"
	# shellcheck disable=SC2086
	master -m -u -c 10.8.0.1:1234 ${2:-}
	wait_session
}

unpair() {
	stop "$MASTER"
	slave_stop
}

# slave_block: the slave's counters, in $TMP/slave.block as ../net/lib-stats.sh
# has them.
slave_block() {
	guest ":>/tmp/slave.log; kill -USR1 $SLAVE;
	    until grep -q ^peer_refused_reason= /tmp/slave.log; do sleep 0.1; done;
	    cat /tmp/slave.log" >"$TMP/slave.block"
}

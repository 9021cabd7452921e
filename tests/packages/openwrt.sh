#!/bin/sh
# SPDX-License-Identifier: ISC
# ports/openwrt, as far as that can be checked without OpenWrt's buildroot: its
# Makefile builds and installs the program, with stand-ins for what it includes
# (tests/packages/openwrt/), and this machine's compiler; the init script makes
# commands out of a file of uci which the program takes, and refuses where an
# option is wrong.
cd "$(dirname "$0")/../.." && . tests/packages/lib.sh
need busybox unshare readelf

make_ports
PORT=$PORTS/openwrt
STAND_INS=$PWD/tests/packages/openwrt
ROOT=$WORK/root
PROGRAM=$ROOT/usr/bin/etherpuppet

# -- the Makefile -----------------------------------------------------------

# libdnet as OpenWrt names it
STAGING=$WORK/staging/usr
mkdir -p "$STAGING/include" "$STAGING/lib" "$WORK/dl"
if [ -e /usr/include/dumbnet.h ]; then
	ln -s /usr/include/dumbnet.h "$STAGING/include/dnet.h"
	for f in $(cc -print-file-name=libdumbnet.so); do
		ln -s "$f" "$STAGING/lib/libdnet.so"
	done
fi
cp "$TARBALL" "$WORK/dl/"

run_make() {
	(cd "$PORT" && make -s TOPDIR="$STAND_INS" DL_DIR="$WORK/dl" \
	    BUILD_DIR="$WORK/build_dir" STAGING_DIR="$WORK/staging" \
	    PKG_JOBS="-j$(nproc)" ROOT="$ROOT" "$@") >"$WORK/log" 2>&1
}

run_make install || {
	cat "$WORK/log"
	fail make
}
list_files "$ROOT" >"$WORK/list"
same "$WORK/list" 'the files of the package' <<end
600 etc/config/etherpuppet
755 etc/init.d/etherpuppet
755 usr/bin/etherpuppet
end
"$PROGRAM" --version | grep -qx "etherpuppet ${NAME#*-}" || fail version
grep -q -e ' -ldnet' "$WORK/log" || fail 'not linked with what OpenWrt has'
grep -q -e '-ffunction-sections' "$WORK/log" || fail 'no flags of OpenWrt'

run_make fields || fail fields
same "$WORK/log" 'what the package says of itself' <<end
version 1.0_rc1-r1
license ISC
depends libpcap libdnet
conffiles /etc/config/etherpuppet
end

echo >>"$WORK/dl/$NAME.tar.gz"
run_make install && fail 'another tarball was taken'
grep -q 'PKG_HASH' "$WORK/log" || fail 'the sum was not what was wrong'

# -- the init script --------------------------------------------------------

INIT=$ROOT/etc/init.d/etherpuppet
CONFIG=$ROOT/etc/config/etherpuppet
! command -v shellcheck >/dev/null 2>&1 ||
    shellcheck -s dash -e SC2034,SC2154 "$INIT" || fail shellcheck
[ "$(head -n 1 "$INIT")" = '#!/bin/sh /etc/rc.common' ] || fail '#!'

# start: what procd would be told, an instance in a folder of WORK/procd
start() {
	rm -rf "$WORK/procd"
	mkdir "$WORK/procd"
	CONFIG="$CONFIG" PROCD="$WORK/procd" \
	    busybox sh "$STAND_INS/rc.common" "$INIT" start ||
		fail 'init script'
}

# run INSTANCE: its command, once, without a network; sets status
run() {
	instance=$1
	set --
	while IFS= read -r word; do
		set -- "$@" "$word"
	done <"$WORK/procd/$instance/command"
	[ "$1" = /usr/bin/etherpuppet ] || fail "command $1"
	shift
	status=0
	timeout 30 unshare -n "$PROGRAM" "$@" --once >"$WORK/log" 2>&1 ||
		status=$?
}

# told INSTANCE PARAMETER: is what standard input says
told() {
	same "$WORK/procd/$1/$2" "$1: $2"
}

start
[ "$(cat "$WORK/procd/triggers")" = etherpuppet ] || fail 'no reload trigger'
[ -z "$(ls "$WORK/procd" | grep -v triggers)" ] || fail 'enabled by default'

sed -i "s/enabled '0'/enabled '1'/" "$CONFIG"
start
told lan command <<end
/usr/bin/etherpuppet
--interface=br-lan
--listen=192.168.1.1:1234
--read-only
end
told doll command <<end
/usr/bin/etherpuppet
--master
--doll=puppet0
--up
--no-copy
--read-only
--exec=ssh -i /root/.ssh/id_dropbear root@gw etherpuppet -i eth0 -s -
end
told lan respawn <<end
3600
5
0
end
grep -qx 1 "$WORK/procd/lan/stdout" || fail stdout
grep -qx 1 "$WORK/procd/lan/stderr" || fail stderr
for i in lan doll; do
	run $i
	[ $status = 1 ] || fail "$i: $status: $(cat "$WORK/log")"
done

cat >"$CONFIG" <<'end'
config etherpuppet a
	option interface eth9
	list exclude '*:*,192.0.2.1:22'
	list exclude '[2001:db8::1]:22,*:*'
	option max_delay '0'
	option up 'no'
	option filter "host 192.0.2.1 and not 'port 22'"
	option connect 'gw:1234'
	option enabled yes

config other b
	option enabled 1

config etherpuppet c
	option interface eth9
	option listen 1234
	option bufer 3
	option enabled 1

config etherpuppet d
	option interface eth9
	option listen 1234
	option read_only ture
	option enabled 1
end
start
[ ! -e "$WORK/procd/b" ] || fail 'a section of another type'
told a command <<'end'
/usr/bin/etherpuppet
--interface=eth9
--max-delay=0
--filter=host 192.0.2.1 and not 'port 22'
--connect=gw:1234
--exclude=*:*,192.0.2.1:22
--exclude=[2001:db8::1]:22,*:*
end
for i in c d; do
	run $i
	[ $status = 2 ] || fail "$i: $status: $(cat "$WORK/log")"
done

# the options without a value are those of the program
(
	. "$INIT"
	printf '%s\n' $FLAGS | tr _ -
) | sort >"$WORK/flags"
"$PROGRAM" --help |
    sed -nE 's/^  -., --([a-z-]+)(  .*)?$/\1/p' | grep -vx 'version\|help' |
    sort >"$WORK/help"
same "$WORK/flags" FLAGS <"$WORK/help"

#!/bin/sh
# SPDX-License-Identifier: ISC
# ports/alpine's service under OpenRC, Debian's, in a root and namespaces of its
# own: services by links run beside each other, are started again when they end,
# and stop alone; wrong options are told at the start.
cd "$(dirname "$0")/../.." && . tests/packages/lib.sh
need unshare chroot dpkg apt-get
[ "$(id -u)" = 0 ] || skip 'not root'
[ -L /bin ] || skip '/bin is a folder of its own here'
[ -x build/etherpuppet ] || make -s build/etherpuppet || fail make

(cd "$WORK" && apt-get -q download openrc librc1 libeinfo1) >"$WORK/log" 2>&1 ||
	skip "no openrc from apt: $(tail -n 1 "$WORK/log")"
mkdir "$WORK/files"
cp build/etherpuppet ports/alpine/etherpuppet.initd "$WORK/files/"
# what is mounted or goes on running ends with the namespaces
unshare -m -p -f -n --kill-child sh tests/packages/openrc/root "$WORK" \
    tests/packages/openrc/services

# SPDX-License-Identifier: ISC
# For tests of the programs for routers; sourced.  Those of other machines run
# under qemu-user.
. "$(dirname "$0")/../net/lib.sh"

# which of them; all by default
STATIC=${STATIC:-$(sed -n '/^STATIC =/,/[^\\]$/p' Makefile | tr -d '\\' |
    sed 's/.*=//')}

# emulator TARGET: sets QEMU, '' where this machine runs it itself
emulator() {
	case $1 in
	linux-armhf) QEMU=qemu-arm-static ;;
	linux-arm64) QEMU=qemu-aarch64-static ;;
	linux-amd64) QEMU=qemu-x86_64-static ;;
	*) QEMU=qemu-${1#linux-}-static ;;
	esac
	[ "$1" != "$(sh contrib/router/machine 2>&1)" ] || QEMU=
	[ -z "$QEMU" ] || need $QEMU
}

# program TARGET: makes it, if it is not there, and sets PROGRAM to a command
# that runs it
program() {
	_made=$(tests/cross/build "$1" 2>&1) || {
		[ $? != 77 ] || skip "$(echo "$_made" | tail -n 1)"
		fail "$_made"
	}
	emulator "$1"
	PROGRAM=$TMP/$1
	printf '#!/bin/sh\nexec %s %s/build/%s/etherpuppet "$@"\n' \
	    "$QEMU" "$PWD" "$1" >"$PROGRAM"
	chmod +x "$PROGRAM"
}

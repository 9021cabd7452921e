# SPDX-License-Identifier: ISC
# Sourced by tests/bare/debian*.sh, from the root of the repository: the README's
# two commands in a Debian that has nothing but its essential packages and apt,
# on a fresh clone of HEAD.
#
#     build/bare/SUITE        as debootstrap has made it; once
#     build/bare/SUITE.used   its copy for one run; with KEEP=1 one that is there
#                             is used again, and left
#
# Arguments are commands to run there instead.  Both commands fetch packages, so
# they have this host's network; but processes and mounts are in namespaces of
# their own, which end with the script.  The root is a plain chroot: /proc, /sys
# and /dev come from tests/rooted.

set -eu
skip() { echo "SKIP: $*"; exit 77; }
fail() { echo "FAIL: $*"; exit 1; }

need() {
	for program; do
		command -v "$program" >/dev/null 2>&1 || skip "no $program here"
	done
}

# archive: the address of Debian's archive, as apt has it
archive() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
	    'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1
}

# pristine: makes $BARE/$SUITE, if it is not there
pristine() {
	[ ! -d "$BARE/$SUITE" ] || return 0
	from=$(archive)
	[ -n "$from" ] || skip "apt knows no archive of Debian's here"
	rm -rf "$BARE/$SUITE.new"
	mkdir -p "$BARE"
	debootstrap --variant=minbase "$SUITE" "$BARE/$SUITE.new" "$from" \
	    >"$BARE/$SUITE.log" 2>&1 || {
		tail -n 5 "$BARE/$SUITE.log"
		rm -rf "$BARE/$SUITE.new"
		skip "debootstrap cannot make $SUITE"
	}
	# this host's way to the archive; no daemon is started
	apt-config dump | grep -E '^Acquire::https?::.*Proxy' \
	    >"$BARE/$SUITE.new/etc/apt/apt.conf.d/90host" || :
	printf '#!/bin/sh\nexit 101\n' >"$BARE/$SUITE.new/usr/sbin/policy-rc.d"
	chmod 755 "$BARE/$SUITE.new/usr/sbin/policy-rc.d"
	mv "$BARE/$SUITE.new" "$BARE/$SUITE"
}

# used: makes $USED, a copy with a clone of HEAD in it
used() {
	USED=$BARE/$SUITE.used
	if [ -z "${KEEP:-}" ] || [ ! -d "$USED" ]; then
		rm -rf --one-file-system "$USED"
		cp -a "$BARE/$SUITE" "$USED"
	fi
	rm -rf "$USED/root/etherpuppet"
	git clone -q --depth 1 "file://$PWD" "$USED/root/etherpuppet" ||
		skip 'no git checkout here'
}

# inside COMMAND: from the clone's root, as a user would type it
inside() {
	echo "# $1"
	status=0
	unshare --mount --pid --fork --kill-child --ipc --uts env -i \
	    HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
	    "JOBS=${JOBS:-2}" "SLOW=${SLOW:-1}" "CI=${CI:-}" \
	    chroot "$USED" sh -c "cd /root/etherpuppet && $1" \
	    >"$LOG" 2>&1 </dev/null || status=$?
}

interfaces() { ip -o link | sed -E 's/^[0-9]+: ([^:@]*).*/\1/' | sort; }

# command COMMAND: it succeeds, and leaves no interface on this host
command_works() {
	interfaces >"$BARE/before"
	inside "$1"
	[ "$status" = 0 ] || {
		cat "$LOG"
		fail "$SUITE: $1: exit status $status"
	}
	left=$(interfaces | comm -13 "$BARE/before" -)
	[ -z "$left" ] || fail "$SUITE: $1 has left: $left"
	grep -E '^skip ' "$LOG" || :
	tail -n 3 "$LOG"
}

# bare SUITE [COMMAND...]
bare() {
	SUITE=$1 BARE=$PWD/build/bare LOG=$PWD/build/bare/$1.out
	shift
	[ "$(id -u)" = 0 ] || skip 'needs root'
	need apt-get debootstrap git unshare chroot ip
	pristine
	used
	trap '[ -n "${KEEP:-}" ] || rm -rf --one-file-system "$USED"' EXIT
	trap 'exit 1' INT TERM HUP
	if [ $# -gt 0 ]; then
		for command; do command_works "$command"; done
		return
	fi
	command_works tests/demo
	grep -qx 'All as it should be.' "$LOG" || fail "$SUITE: the demo's end"
	command_works tests/run
	grep -q '^ok lint/format ' "$LOG" || fail "$SUITE: formats are unchecked"
}

# SPDX-License-Identifier: ISC
# Sourced by tests/bare/debian*.sh, from the root of the repository: the README's
# two commands in a Debian that has nothing but its essential packages and apt,
# on a fresh clone of HEAD.
#
#     build/bare/SUITE.tar    as debootstrap has made it; once
#     build/bare/SUITE        unpacked for one run; with KEEP=1 one that is there
#                             is used again, and left
#
# Arguments are commands to run there instead.  Both commands fetch packages, so
# they have this host's network; but processes, mounts and /dev are their own, and
# end with the script.

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

# bootstrap: makes $ROOT.tar
bootstrap() {
	from=$(archive)
	[ -n "$from" ] || skip "apt knows no archive of Debian's here"
	new=$ROOT.new
	rm -rf "$new"
	debootstrap --variant=minbase "$SUITE" "$new" "$from" \
	    >"$ROOT.log" 2>&1 || {
		tail -n 5 "$ROOT.log"
		rm -rf "$new"
		skip "debootstrap cannot make $SUITE"
	}
	# this host's way to the archive and to npm; no daemon is started
	apt-config dump | grep -E '^Acquire::https?::.*Proxy' \
	    >"$new/etc/apt/apt.conf.d/90host" || :
	certificates=usr/local/share/ca-certificates
	mkdir -p "$new/$certificates"
	find /$certificates -name '*.crt' -exec cp {} "$new/$certificates" \; \
	    2>/dev/null || :
	printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
	chmod 755 "$new/usr/sbin/policy-rc.d"
	tar -C "$new" --numeric-owner -cf "$ROOT.tar.new" .
	rm -rf "$new"
	mv "$ROOT.tar.new" "$ROOT.tar"
}

# unpack: makes $ROOT, with a clone of HEAD in it
unpack() {
	if [ -z "${KEEP:-}" ] || [ ! -d "$ROOT" ]; then
		rm -rf --one-file-system "$ROOT"
		mkdir "$ROOT"
		tar -C "$ROOT" --numeric-owner -xpf "$ROOT.tar"
	fi
	rm -rf "$ROOT/root/etherpuppet"
	git clone -q --depth 1 "file://$PWD" "$ROOT/root/etherpuppet" ||
		skip 'no git checkout here'
}

# inside COMMAND: from the clone's root, as a user would type it
inside() {
	echo "# $1"
	status=0
	unshare --mount --pid --fork --kill-child --ipc --uts env -i \
	    HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
	    "JOBS=${JOBS:-2}" "SLOW=${SLOW:-1}" "CI=${CI:-}" \
	    tests/bare/enter "$ROOT" "$1" \
	    >"$LOG" 2>&1 </dev/null || status=$?
}

interfaces() { ip -o link | sed -E 's/^[0-9]+: ([^:@]*).*/\1/' | sort; }

# works COMMAND: it succeeds, and leaves no interface on this host
works() {
	interfaces >"$ROOT.before"
	inside "$1"
	[ "$status" = 0 ] || {
		cat "$LOG"
		fail "$SUITE: $1: exit status $status"
	}
	left=$(interfaces | comm -13 "$ROOT.before" -)
	[ -z "$left" ] || fail "$SUITE: $1 has left: $left"
	grep -E '^skip ' "$LOG" || :
	tail -n 3 "$LOG"
}

# bare SUITE [COMMAND...]
bare() {
	SUITE=$1 ROOT=$PWD/build/bare/$1 LOG=$PWD/build/bare/$1.out
	shift
	[ "$(id -u)" = 0 ] || skip 'needs root'
	need apt-get debootstrap git unshare chroot ip
	mkdir -p build/bare
	trap '[ -n "${KEEP:-}" ] || rm -rf --one-file-system "$ROOT"' EXIT
	trap 'exit 1' INT TERM HUP
	[ -f "$ROOT.tar" ] || bootstrap
	unpack
	if [ $# -gt 0 ]; then
		for command; do works "$command"; done
		return
	fi
	works tests/demo
	grep -qx 'All as it should be.' "$LOG" || fail "$SUITE: the demo's end"
	works tests/run
	grep -q '^ok lint/format ' "$LOG" || fail "$SUITE: formats are unchecked"
}

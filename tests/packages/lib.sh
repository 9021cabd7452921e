# SPDX-License-Identifier: ISC
# What the tests of packages have in common.  A script begins with
#     cd "$(dirname "$0")/../.." && . tests/packages/lib.sh
#
# WORK        a scratch folder
# NAME        etherpuppet-VERSION
# TARBALL     what "make dist" makes, in WORK
# PORTS       a copy of ports/, with the hashes of TARBALL

unset MAKEFLAGS MFLAGS DESTDIR
WORK=$(mktemp -d) || exit
trap 'rm -rf --one-file-system "$WORK"' EXIT
trap 'exit 1' HUP INT TERM
NAME=etherpuppet-$(sed -n 's/^VERSION[[:space:]]*=[[:space:]]*//p' Makefile)
TARBALL=$WORK/$NAME.tar.gz
PORTS=$WORK/ports

fail() {
	echo "FAIL: $*"
	exit 1
}

skip() {
	echo "SKIP: $*"
	exit 77
}

# need COMMAND...
need() {
	for command; do
		command -v "$command" >/dev/null 2>&1 ||
			skip "no $command here"
	done
}

# make_ports: TARBALL, and PORTS as a release has it
make_ports() {
	need openssl git
	[ -e .git ] || skip 'no git checkout: no tarball'
	make -s dist >/dev/null && mv "$NAME.tar.gz" "$TARBALL" || fail 'make dist'
	cp -R ports "$PORTS" && "$PORTS/distinfo" "$TARBALL" || fail distinfo
}

# as_nobody COMMAND...: without a capability, and not as user 0; root's files can
# be written
as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		unshare --user --map-user=65534 --map-group=65534 "$@"
	else
		"$@"
	fi
}

# list_files FOLDER: mode and path of each file
list_files() {
	(cd "$1" && find . ! -type d -printf '%m %P\n' | sort -k 2)
}

# same FILE WHAT: standard input is what FILE has
same() {
	diff -u - "$1" || fail "$2 (-: expected, +: got)"
}

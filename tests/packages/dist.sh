#!/bin/sh
# SPDX-License-Identifier: ISC
# What "make dist" makes: the same bytes each time, and from its own tree; it is
# built, checked and installed in a folder of an odd name by nobody, without git
# and network.  Nothing that was built has the folder's name in it.
cd "$(dirname "$0")/../.." || exit 2
for p in unshare setpriv systemd-analyze; do
	command -v $p >/dev/null || { echo "no $p here"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo 'not root'; exit 77; }
TMP=$(mktemp -d) || exit 2
trap 'rm -rf "$TMP"' EXIT
trap 'exit 1' INT TERM HUP
fail() {
	echo "$*"
	exit 1
}
set -e

# made NAME COMMAND...: the tarball that it makes becomes $TMP/NAME
made() {
	to=$1
	shift
	"$@" >"$TMP/log" 2>&1 || { cat "$TMP/log"; fail "$*: failed"; }
	mv "$(tail -n 1 "$TMP/log")" "$TMP/$to"
}

made first.tar.gz make -s dist
made second.tar.gz sh -c 'umask 077; TZ=Asia/Tokyo LC_ALL=C.UTF-8 make -s dist'
cmp "$TMP/first.tar.gz" "$TMP/second.tar.gz" || fail 'a second one differs'
made dated.tar.gz env SOURCE_DATE_EPOCH=1000000000 make -s dist
name=etherpuppet-$(sed -n 's/^VERSION =[[:space:]]*//p' Makefile)
TZ=UTC0 tar -tvzf "$TMP/first.tar.gz" >"$TMP/list"
! grep -v "^-rw[x-]r-[x-]r-[x-] 0/0 .* $name/" "$TMP/list" ||
    fail 'another owner, mode or folder'
! grep -E " $name/(ports|build|cache|\.git)/" "$TMP/list" || fail 'too much'
TZ=UTC0 tar -tvzf "$TMP/dated.tar.gz" | grep -v ' 2001-09-09 01:46 ' &&
    fail 'SOURCE_DATE_EPOCH is not heard'

# nobody's: as whom a packager's machine builds
mkdir -p "$TMP/a folder/bin" "$TMP/root"
printf '#!/bin/sh\necho git is called >&2\nexit 1\n' >"$TMP/a folder/bin/git"
chmod +x "$TMP/a folder/bin/git"
tar -xzf "$TMP/first.tar.gz" -C "$TMP/a folder" --no-same-owner
chmod 755 "$TMP"
chown -R 65534 "$TMP/a folder" "$TMP/root"
cd "$TMP/a folder/$name"
nobody() {
	PATH="$TMP/a folder/bin:$PATH" HOME=/nonexistent unshare -n \
	    setpriv --reuid=65534 --regid=65534 --clear-groups \
	    "$@" >"$TMP/log" 2>&1 || { cat "$TMP/log"; fail "$*: failed"; }
}
nobody make -j2
nobody make check
! grep -rl "$TMP" build --include=etherpuppet --include='*.a' ||
    fail 'the folder is named in what was built'
units=/usr/lib/systemd/system
set -- PREFIX=/opt/odd UNITDIR=$units DESTDIR="$TMP/root"
nobody make "$@" install
for t in basic multi-user network shutdown sysinit; do
	printf '[Unit]\nDescription=%s\n' $t >"$TMP/root$units/$t.target"
done
systemd-analyze verify --root="$TMP/root" --man=no \
    "$TMP/root$units/etherpuppet@.service" >"$TMP/log" 2>&1 ||
    { cat "$TMP/log"; fail 'systemd-analyze verify'; }
rm "$TMP/root$units"/*.target
nobody make "$@" uninstall
[ -z "$(find "$TMP/root" ! -type d)" ] || fail 'uninstall leaves something'
made third.tar.gz make -s dist
cmp "$TMP/first.tar.gz" "$TMP/third.tar.gz" || fail 'one of its own tree differs'
if command -v bmake >/dev/null; then
	made fourth.tar.gz bmake -s dist
	cmp "$TMP/first.tar.gz" "$TMP/fourth.tar.gz" || fail "bmake's differs"
fi

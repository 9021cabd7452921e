#!/bin/sh
# SPDX-License-Identifier: ISC
# ports/debian: built by nobody and without network from the tarball of "make
# dist"; lintian finds nothing; it replaces Debian's etherpuppet 0.3; its own
# test passes with what is in the package.
cd "$(dirname "$0")/../.." || exit 2
[ -d ports/debian ] || { echo 'no ports here'; exit 77; }
for p in dpkg-buildpackage dh lintian setpriv; do
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
try() {
	"$@" >"$TMP/log" 2>&1 || { cat "$TMP/log"; fail "$1 failed"; }
}
set -e

try make -s dist
tarball=$(tail -n 1 "$TMP/log")
version=$(dpkg-parsechangelog -l ports/debian/changelog -S Version)
upstream=${version%-*}
[ "etherpuppet-$(echo "$upstream" | tr -d '~').tar.gz" = "$tarball" ] ||
    fail "the package is of $upstream, the tarball is $tarball"
mkdir "$TMP/build"
mv "$tarball" "$TMP/build/etherpuppet_$upstream.orig.tar.gz"
tar -xzf "$TMP/build/etherpuppet_$upstream.orig.tar.gz" -C "$TMP/build"
tree=$TMP/build/${tarball%.tar.gz}
cp -R ports/debian "$tree/debian"
chmod 755 "$TMP"
chown -R 65534 "$TMP/build"
cd "$tree"
try unshare -n setpriv --reuid=65534 --regid=65534 --clear-groups \
    env HOME=/nonexistent DEB_BUILD_OPTIONS=parallel=2 \
    dpkg-buildpackage -us -uc
cd ..
try lintian --allow-root --pedantic --fail-on error,warning ./*.changes
cat "$TMP/log"
! grep '^[EW]:' "$TMP/log" || fail 'lintian'

# into a root of its own, over 0.3 where this machine has that package
deb=$(echo etherpuppet_*.deb)
into=$TMP/root
mkdir -p "$into/var/lib/dpkg/info" "$into/var/lib/dpkg/updates"
: >"$into/var/lib/dpkg/status"
install_deb() { try dpkg --root="$into" --force-depends -i "$1"; }
if try_old=$(apt-get -q download etherpuppet=0.3-5 2>&1); then
	install_deb ./etherpuppet_0.3-5_*.deb
	(cd "$into" && find usr -type f ! -path '*/doc/*') >"$TMP/old"
	grep -q etherpuppet.1 "$TMP/old" || fail 'etherpuppet 0.3 is empty'
else
	echo "not tried over 0.3: $try_old" | tail -n 1
	: >"$TMP/old"
fi
install_deb "./$deb"
for f in $(cat "$TMP/old"); do
	[ -e "$into/$f" ] || fail "0.3 had $f"
done
(cd "$into" && find usr lib etc -type f 2>/dev/null | sed 's,^usr/lib/systemd,lib/systemd,
    s,^usr/lib/[^/]*/wireshark,LIB/wireshark,' | LC_ALL=C sort) >"$TMP/list"
diff - "$TMP/list" <<-end || fail 'other files are installed'
	LIB/wireshark/extcap/etherpuppet-extcap
	lib/systemd/system/etherpuppet@.service
	usr/bin/etherpuppet
	usr/lib/sysusers.d/etherpuppet.conf
	usr/share/bash-completion/completions/etherpuppet
	usr/share/doc/etherpuppet/NEWS.Debian.gz
	usr/share/doc/etherpuppet/README.md.gz
	usr/share/doc/etherpuppet/changelog.Debian.gz
	usr/share/doc/etherpuppet/changelog.gz
	usr/share/doc/etherpuppet/copyright
	usr/share/doc/etherpuppet/examples/master.conf
	usr/share/doc/etherpuppet/examples/netns.conf
	usr/share/doc/etherpuppet/examples/slave.conf
	usr/share/fish/vendor_completions.d/etherpuppet.fish
	usr/share/man/man1/etherpuppet.1.gz
	usr/share/man/man7/etherpuppet.7.gz
	usr/share/zsh/vendor-completions/_etherpuppet
end

# the package's own test, with the program of the package before any other
PATH=$into/usr/bin:$PATH
[ "$(command -v etherpuppet)" = "$into/usr/bin/etherpuppet" ] || fail PATH
try sh "$tree/debian/tests/doll"

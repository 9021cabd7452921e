#!/bin/sh
# SPDX-License-Identifier: ISC
# ports/arch: makepkg, which Debian has, too, makes the package of the tarball,
# with check(), and verifies its sum.  Not root.
cd "$(dirname "$0")/../.." && . tests/packages/lib.sh
need makepkg fakeroot bsdtar unshare

make_ports
mkdir "$WORK/arch"
cp "$PORTS/arch/PKGBUILD" "$TARBALL" "$WORK/arch/"

# Arch's own flags, which Debian's file does not have; without LTO, which takes
# several times as long
cat /etc/makepkg.conf - >"$WORK/arch/makepkg.conf" <<'end'
CFLAGS="-march=x86-64 -mtune=generic -O2 -pipe -fno-plt -fexceptions \
-Wp,-D_FORTIFY_SOURCE=3 -Wformat -Werror=format-security \
-fstack-clash-protection -fcf-protection"
LDFLAGS='-Wl,-O1 -Wl,--sort-common -Wl,--as-needed -Wl,-z,relro -Wl,-z,now'
OPTIONS=(strip docs !libtool !staticlibs emptydirs zipman purge !debug !lto)
MAKEFLAGS=-j$(nproc)
PKGEXT=.pkg.tar
end

# run_makepkg OPTION...: without pacman, which would only be asked for Arch's
# packages
run_makepkg() {
	(cd "$WORK/arch" && as_nobody env PACMAN=true \
	    makepkg -d -f --config makepkg.conf "$@") >"$WORK/log" 2>&1
}
run_makepkg || {
	cat "$WORK/log"
	fail makepkg
}
grep -q 'Starting check()' "$WORK/log" || fail 'check() was not run'

package=$(ls "$WORK"/arch/*.pkg.tar)
mkdir "$WORK/root"
tar -x -C "$WORK/root" -f "$package"
list_files "$WORK/root" | grep -v ' \.[A-Z]*$' >"$WORK/list"
same "$WORK/list" 'the files of the package' <<end
755 usr/bin/etherpuppet
644 usr/lib/systemd/system/etherpuppet@.service
644 usr/lib/sysusers.d/etherpuppet.conf
755 usr/lib/wireshark/extcap/etherpuppet-extcap
644 usr/share/bash-completion/completions/etherpuppet
644 usr/share/fish/vendor_completions.d/etherpuppet.fish
644 usr/share/licenses/etherpuppet/LICENSE
644 usr/share/man/man1/etherpuppet.1.gz
644 usr/share/man/man7/etherpuppet.7.gz
644 usr/share/zsh/site-functions/_etherpuppet
end
sed -n '/^pkgname\|^pkgver\|^license\|^depend/p' "$WORK/root/.PKGINFO" \
    >"$WORK/info"
same "$WORK/info" 'what the package says of itself' <<end
pkgname = etherpuppet
pkgver = ${NAME#*-}-1
license = ISC
depend = glibc
depend = libdnet
depend = libpcap
end
"$WORK/root/usr/bin/etherpuppet" --version |
    grep -qx "etherpuppet ${NAME#*-}" || fail version
cmp LICENSE "$WORK/root/usr/share/licenses/etherpuppet/LICENSE" || fail LICENSE

# a tarball that is not the one of the sums
echo >>"$WORK/arch/$NAME.tar.gz"
run_makepkg --verifysource && fail 'another tarball was taken'
grep -q FAILED "$WORK/log" || fail 'the sum was not what was wrong'

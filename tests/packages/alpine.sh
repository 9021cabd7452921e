#!/bin/sh
# SPDX-License-Identifier: ISC
# ports/alpine: the APKBUILD is run by tests/packages/abuild, in Alpine's shell
# and not as root; the files of each package, and the sums.  The OpenRC script
# runs in tests/packages/openrc.sh.
cd "$(dirname "$0")/../.." && . tests/packages/lib.sh
need busybox unshare

make_ports
mkdir "$WORK/alpine"
cp "$PORTS"/alpine/* "$TARBALL" "$WORK/alpine/"
cp tests/packages/abuild "$WORK/"

run_abuild() {
	(cd "$WORK/alpine" && as_nobody env MAKEFLAGS="-j$(nproc)" \
	    busybox sh "$WORK/abuild") >"$WORK/log" 2>&1
}
run_abuild || {
	cat "$WORK/log"
	fail abuild
}

for p in "$WORK"/alpine/pkg/*; do
	list_files "$p" | sed "s|^|$(basename "$p") |"
done >"$WORK/list"
same "$WORK/list" 'the files of the packages' <<end
etherpuppet 755 usr/bin/etherpuppet
etherpuppet 755 usr/lib/wireshark/extcap/etherpuppet-extcap
etherpuppet-bash-completion 644 usr/share/bash-completion/completions/etherpuppet
etherpuppet-doc 644 usr/share/man/man1/etherpuppet.1.gz
etherpuppet-doc 644 usr/share/man/man7/etherpuppet.7.gz
etherpuppet-fish-completion 644 usr/share/fish/vendor_completions.d/etherpuppet.fish
etherpuppet-openrc 644 etc/conf.d/etherpuppet
etherpuppet-openrc 755 etc/init.d/etherpuppet
etherpuppet-zsh-completion 644 usr/share/zsh/site-functions/_etherpuppet
end
"$WORK/alpine/pkg/etherpuppet/usr/bin/etherpuppet" --version |
    grep -qx "etherpuppet ${NAME#*-}" || fail version

# a file that is not the one of the sums
for f in "$NAME.tar.gz" etherpuppet.initd etherpuppet.confd; do
	cp "$WORK/alpine/$f" "$WORK/kept"
	echo >>"$WORK/alpine/$f"
	run_abuild && fail "another $f was taken"
	grep -q "^$f: FAILED" "$WORK/log" || fail "$f was not what was wrong"
	mv "$WORK/kept" "$WORK/alpine/$f"
done

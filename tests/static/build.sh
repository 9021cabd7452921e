#!/bin/sh
# SPDX-License-Identifier: ISC
# "make static" makes six programs that are static, stripped, of the right
# machine and byte order, and no larger than a router can spare; "make
# install-static" puts them where the name of a machine finds them, and "make
# uninstall" takes them away.
. "$(dirname "$0")/lib.sh"

need readelf
make static >"$TMP/make.log" 2>&1 || {
	grep -q '^cross: no\|^cross: cannot\|npm cannot' "$TMP/make.log" &&
	    skip "$(grep '^cross:' "$TMP/make.log" | tail -n 1)"
	fail 'make static'
}
cat "$TMP/make.log"

# kind TARGET: the machine and byte order in its head, as readelf names them
kind() {
	case $1 in
	linux-mips) echo 'MIPS big' ;;
	linux-mipsel) echo 'MIPS little' ;;
	linux-armhf) echo 'ARM little' ;;
	linux-arm64) echo 'AArch64 little' ;;
	linux-riscv64) echo 'RISC-V little' ;;
	linux-amd64) echo 'Advanced little' ;;
	esac
}

for t in $STATIC; do
	p=build/$t/etherpuppet
	readelf -hlS "$p" >"$TMP/$t.elf"
	is=$(awk '/^ *Data:/ { order = $0 ~ /big/ ? "big" : "little" }
	    /^ *Machine:/ { machine = $2 } END { print machine, order }' \
	    "$TMP/$t.elf")
	[ "$is" = "$(kind "$t")" ] || fail "$p is $is"
	! grep -E 'INTERP|DYNAMIC|\.symtab|\.debug' "$TMP/$t.elf" ||
	    fail "$p is not static and stripped"
	most=260000
	case $t in *mips*) most=300000 ;; esac
	size=$(gzip -9 <"$p" | wc -c)
	grep -q "^$t .* $size " "$TMP/make.log" || fail "$t is not in the table"
	[ "$size" -le $most ] || fail "$t has $size bytes, not $most"
done

make -s install-static DESTDIR="$TMP/root" PREFIX=/usr || fail install-static
in=$TMP/root/usr/libexec/etherpuppet
[ "$(ls "$in")" = "$(printf '%s\n' machine $STATIC | sort)" ] ||
    fail "installed: $(ls "$in")"
for t in $STATIC; do
	cmp "$in/$t" "build/$t/etherpuppet" || fail "$t is another"
	[ -x "$in/$t" ] || fail "$t is not executable"
done
make -s uninstall DESTDIR="$TMP/root" PREFIX=/usr UNITDIR= SYSUSERSDIR= \
    EXTCAPDIR= || fail uninstall
[ ! -e "$in" ] || fail "uninstall leaves $(ls "$in")"
ok

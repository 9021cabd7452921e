#!/bin/sh
# SPDX-License-Identifier: ISC
# ports/pkgsrc, as far as that can be checked without pkgsrc: its form, hashes,
# packing list and dependencies; its rc script starts and stops the program.
cd "$(dirname "$0")/../.." && . tests/packages/lib.sh
. tests/packages/bsd/lib.sh
make_port pkgsrc

# in a tree that has nothing but what the README says was found
tree=$WORK/pkgsrc
mkdir -p "$tree/mk" "$tree/net"
mv "$PORT" "$tree/net/etherpuppet"
PORT=$tree/net/etherpuppet
mv "$MK/bsd.port.mk" "$tree/mk/bsd.pkg.mk"
found=$(sed -n 's/^- //p' "$PORT/README.md" | grep -o '`[^`]*/buildlink3\.mk' |
    tr -d '`')
for f in $found; do
	mkdir -p "$tree/${f%/*}"
	echo "BUILDLINK_TREE += $(basename "${f%/*}")" >"$tree/$f"
done

# the pkgsrc guide: The build process, Components of a package; pkglint(1)
check_form "$PORT/Makefile" "$PORT/PLIST" "$PORT/distinfo" "$PORT"/files/*
check_width "$PORT/Makefile" "$PORT"/files/*
check_description "$PORT/DESCR"
check_comment 70 '[A-Z]'
check_order "$PORT/Makefile" \
    'DISTNAME PKGNAME PKGREVISION CATEGORIES MASTER_SITES' \
    'MAINTAINER HOMEPAGE COMMENT LICENSE' \
    'ONLY_FOR_PLATFORM' \
    'USE_LANGUAGES USE_CC_FEATURES USE_TOOLS MAKE_FLAGS TEST_TARGET' \
    'RCD_SCRIPTS' \
    'PKG_GROUPS PKG_USERS PKG_GECOS._etherpuppet' \
    'BUILDLINK_DEPMETHOD.cmocka'
equal 'the tag of CVS' '# $NetBSD$' "$(head -n 1 "$PORT/Makefile")"
equal 'the tag of CVS' '@comment $NetBSD$' "$(head -n 1 "$PORT/PLIST")"
equal 'last line' '.include "../../mk/bsd.pkg.mk"' \
    "$(tail -n 1 "$PORT/Makefile")"
grep -n '^[A-Z][A-Za-z_.]*+*=' "$PORT/Makefile" | grep -vP '=(\t+\S|$)' &&
	wrong 'Makefile: no tab after ='

check_sources
equal BLAKE2s "$(python3 -c 'import hashlib, sys
print(hashlib.blake2s(open(sys.argv[1], "rb").read()).hexdigest())' "$TARBALL")" \
    "$(told BLAKE2s)"
equal SHA512 "$(sha512sum <"$TARBALL" | cut -d ' ' -f 1)" "$(told SHA512)"
equal Size "$(size) bytes" "$(told Size)"

equal 'what it is linked with' "$(of_make OS=NetBSD LIBS | tr ' ' '\n' |
    sed -n 's/^-l/lib/p' | sort | xargs)" \
    "$(value BUILDLINK_TREE | tr ' ' '\n' | grep -v cmocka | sort | xargs)"
equal 'systems' "$(ls platform/*.mk | sed 's|.*/||; s|\.mk||' | grep -v bsd |
    sed 's/$/-*-*/' | sort | xargs)" "$(value ONLY_FOR_PLATFORM)"

# lists MANDIR SYSTEM: what is installed is what is listed
lists() {
	root=$WORK/destdir-$2
	stage "$root" "$(bmake -r -m "$MK" -C "$PORT" "PKGMANDIR=$1" \
	    "DESTDIR=$root" -V '${INSTALL}')" "OS=$2"
	LISTED=$(sed "/^@/d; s|^man/|$1/|" "$PORT/PLIST")
	check_list PLIST "$root/usr/pkg"
	equal 'outside of PREFIX' usr/pkg "$(cd "$root" && echo */*)"
}
lists man NetBSD
lists share/man Linux

equal RCD_SCRIPTS "$(ls "$PORT/files")" "$(value RCD_SCRIPTS).sh"
make_flags
export SYSLOG="$WORK/syslog" RC_CONF="$WORK/rc.conf"
mkdir "$WORK/etc" "$WORK/rc.d" "$WORK/run"
cp "$BSD/rc.subr" "$WORK/etc/"
sed "s|@RCD_SCRIPTS_SHELL@|/bin/sh|
	s|@PREFIX@|$root/usr/pkg|
	s|@SYSCONFBASE@|$WORK/etc|
	s|@VARBASE@|$WORK|" "$PORT/files/etherpuppet.sh" >"$WORK/rc.d/etherpuppet"
chmod +x "$WORK/rc.d/etherpuppet"
grep -n '@[A-Z_]*@' "$WORK/rc.d/etherpuppet" && wrong 'not substituted'
ln -s etherpuppet "$WORK/rc.d/etherpuppet_gw"
PATH=$BSD:$PATH
echo "etherpuppet_gw=NO etherpuppet_gw_flags=\"$FLAGS\"" >"$RC_CONF"
"$WORK/rc.d/etherpuppet_gw" start 2>/dev/null
equal 'started without =YES' '' "$(ls "$WORK/run")"
echo 'etherpuppet_gw=YES' >"$RC_CONF"
"$WORK/rc.d/etherpuppet_gw" start 2>/dev/null && wrong 'started without _flags'
echo "etherpuppet_gw_flags=\"$FLAGS\"" >>"$RC_CONF"
check_service "$WORK/rc.d/etherpuppet_gw" "$SYSLOG"
[ -e "$WORK/run/etherpuppet_gw.pid" ] && wrong 'its pid file is left behind'
finish

#!/bin/sh
# SPDX-License-Identifier: ISC
# ports/openbsd, as far as that can be checked without OpenBSD: its form, hashes,
# packing list and dependencies; its rc script starts and stops the program.
cd "$(dirname "$0")/../.." && . tests/packages/lib.sh
. tests/packages/bsd/lib.sh
make_port openbsd
need pgrep readelf

# OpenBSD's Makefile.template; the porting checklist: COMMENT, DESCR
check_form "$PORT/Makefile" "$PORT/distinfo" "$PORT"/pkg/*
check_width "$PORT/Makefile" "$PORT"/pkg/*
check_description "$PORT/pkg/DESCR"
check_comment 60 '[a-z]'
check_order "$PORT/Makefile" \
    'COMMENT' \
    'V DISTNAME PKGNAME REVISION' \
    'CATEGORIES' 'HOMEPAGE' 'MAINTAINER' \
    'PERMIT_PACKAGE' 'WANTLIB' 'SITES' \
    'COMPILER COMPILER_LANGS' \
    'BUILD_DEPENDS RUN_DEPENDS LIB_DEPENDS TEST_DEPENDS' \
    'MAKE_FLAGS FAKE_FLAGS' \
    'TEST_TARGET'
grep -B 1 '^PERMIT_PACKAGE' "$PORT/Makefile" | grep -qx '# ISC' ||
	wrong 'Makefile: no licence before PERMIT_PACKAGE'
equal PERMIT_PACKAGE Yes "$(value PERMIT_PACKAGE)"

check_sources
equal SHA256 "$(python3 -c 'import base64, hashlib, sys
print(base64.b64encode(hashlib.sha256(open(sys.argv[1], "rb").read()).digest())
    .decode())' "$TARBALL")" "$(told SHA256)"
equal SIZE "$(size)" "$(told SIZE)"

# shellcheck disable=SC2046
check_dependencies $(value LIB_DEPENDS) $(value TEST_DEPENDS)
equal 'what it is linked with' \
    "$({ echo c; of_make OS=OpenBSD LIBS | tr ' ' '\n' | sed -n 's/^-l//p'; } |
    sort | xargs)" "$(value WANTLIB)"
# libpcap and libdnet are inside of this one (tests/cross)
cross=build/openbsd-amd64/etherpuppet
if [ -x $cross ]; then
	equal 'what the program for OpenBSD needs' libc.so "$(readelf -d $cross |
	    sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | xargs)"
else
	echo "no $cross here: what it needs is not compared"
fi

root=$WORK/fake
stage "$root" "$(value INSTALL | sed "s|$PORT/fake|$root|g")" OS=OpenBSD
equal 'outside of PREFIX' usr/local "$(cd "$root" && echo */*)"
# what the tree adds
mkdir -p "$root/usr/local/share/doc/pkg-readmes"
cp "$PORT/pkg/README" "$root/usr/local/share/doc/pkg-readmes/etherpuppet"
plist=$(sed 's/\${PKGSTEM}/etherpuppet/' "$PORT/pkg/PLIST")
LISTED=$(echo "$plist" | sed '/^@rcscript/d; /\/$/d; s/^@[a-z]* //')
check_list PLIST "$root/usr/local"
equal '@man' "$(echo "$plist" | sed -n 's/^@man //p')" \
    "$(installed "$root/usr/local" | grep ^man/)"
equal '@bin' "$(echo "$plist" | sed -n 's/^@bin //p')" \
    "$(installed "$root/usr/local" | grep ^bin/)"
# those of the base system are not listed
equal folders "$(echo "$plist" | grep '/$' | sort)" "$(cd "$root/usr/local" &&
    find . -mindepth 2 -type d | sed 's/^..//; s/$/\//' | sort |
    grep -vxE 'man/man./|share/doc/|share/doc/pkg-readmes/')"
equal '@rcscript' "@rcscript \${RCDIR}/etherpuppet" \
    "$(echo "$plist" | grep ^@rcscript)"
head -n 1 "$PORT/pkg/etherpuppet.rc" | grep -qx '#!/bin/ksh' || wrong 'no ksh'

make_flags
export SYSLOG="$WORK/syslog" RC_CONF="$WORK/rc.conf" CHECK=check
mkdir "$WORK/rc.d"
sed "s|\${TRUEPREFIX}|$root/usr/local|
	s|/etc/rc\.d/rc\.subr|$BSD/rc.subr.openbsd|
	1s|/bin/ksh|/bin/sh|" "$PORT/pkg/etherpuppet.rc" >"$WORK/rc.d/etherpuppet"
chmod +x "$WORK/rc.d/etherpuppet"
ln -s etherpuppet "$WORK/rc.d/etherpuppet_gw"
echo "etherpuppet_gw_flags=$FLAGS" >"$RC_CONF"
PATH=$BSD:$PATH
check_service "$WORK/rc.d/etherpuppet_gw" "$SYSLOG"
# SIGHUP would end it
"$WORK/rc.d/etherpuppet_gw" start
"$WORK/rc.d/etherpuppet_gw" reload && wrong 'reload is not refused'
"$WORK/rc.d/etherpuppet_gw" stop
finish

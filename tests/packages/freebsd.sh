#!/bin/sh
# SPDX-License-Identifier: ISC
# ports/freebsd, as far as that can be checked without FreeBSD: its form, hashes,
# packing list and dependencies; its rc script starts and stops the program.
cd "$(dirname "$0")/../.." && . tests/packages/lib.sh
. tests/packages/bsd/lib.sh
make_port freebsd

# the Porter's Handbook: Order of Variables in Port Makefiles; COMMENT; pkg-descr
check_form "$PORT/Makefile" "$PORT/pkg-plist" "$PORT/distinfo" "$PORT"/files/*
check_width "$PORT/Makefile" "$PORT"/files/*
check_description "$PORT/pkg-descr"
check_comment 70 '[A-Z]'
check_order "$PORT/Makefile" \
    'PORTNAME PORTVERSION DISTVERSION PORTREVISION CATEGORIES MASTER_SITES' \
    'MAINTAINER COMMENT WWW' \
    'LICENSE LICENSE_FILE' \
    'BUILD_DEPENDS LIB_DEPENDS RUN_DEPENDS TEST_DEPENDS' \
    'USES USE_RC_SUBR' \
    'MAKE_ARGS TEST_TARGET' \
    'PLIST_FILES'
grep -n '^[A-Z_]*=' "$PORT/Makefile" | grep -vP '=\t+\S' &&
	wrong 'Makefile: no tab after ='
grep -n '\$FreeBSD' -r "$PORT" && wrong 'an old tag'
case $(value WWW) in https://*/) ;; *) wrong WWW ;; esac

check_sources
equal TIMESTAMP 1 "$(grep -c '^TIMESTAMP = [0-9]\{10\}$' "$PORT/distinfo")"
equal SHA256 "$(sha256sum <"$TARBALL" | cut -d ' ' -f 1)" "$(told SHA256)"
equal SIZE "$(size)" "$(told SIZE)"
cmp LICENSE "$(bmake -r -m "$MK" -C "$PORT" "WRKDIR=$WORK/src" \
    -V '${LICENSE_FILE}')" || wrong LICENSE_FILE

ports=$(value LIB_DEPENDS; value TEST_DEPENDS)
# shellcheck disable=SC2086
check_dependencies $(printf '%s\n' $ports | sed 's/.*://')
equal 'libraries of ports' "$(of_make OS=FreeBSD LIBS | tr ' ' '\n' |
    sed -n 's/^-l//p' | grep -v pcap)" \
    "$(printf '%s\n' "$(value LIB_DEPENDS)" | sed -n 's/^lib\(.*\)\.so:.*/\1/p')"

root=$WORK/stage
stage "$root" "$(value INSTALL | sed "s|$(value STAGEDIR)|$root|g")" OS=FreeBSD
bmake -r -m "$MK" -C "$PORT" "STAGEDIR=$root" post-install >"$WORK/log" 2>&1 ||
	wrong "post-install: $(cat "$WORK/log")"
readelf -S "$root/usr/local/bin/etherpuppet" | grep -q '\.symtab' &&
	wrong 'not stripped'
# manual pages are compressed afterwards
LISTED=$(sed 's|^\(share/man/.*\)\.gz$|\1|' "$PORT/pkg-plist")
check_list pkg-plist "$root/usr/local"
equal 'outside of PREFIX' usr/local "$(cd "$root" && echo */*)"

equal USE_RC_SUBR "$(ls "$PORT/files")" "$(value USE_RC_SUBR).in"
make_flags
export SYSLOG="$WORK/syslog" RC_CONF="$WORK/rc.conf"
mkdir "$WORK/rc.d" "$WORK/run"
sed "s|%%PREFIX%%|$root/usr/local|g
	s|/etc/rc\.subr|$BSD/rc.subr|
	s|/usr/sbin/daemon|$BSD/daemon|
	s|/var/run/|$WORK/run/|" "$PORT/files/etherpuppet.in" \
    >"$WORK/rc.d/etherpuppet_gw"
chmod +x "$WORK/rc.d/etherpuppet_gw"
echo "etherpuppet_gw_flags=\"$FLAGS\"" >"$RC_CONF"
"$WORK/rc.d/etherpuppet_gw" start 2>/dev/null
equal 'started without _enable' '' "$(ls "$WORK/run")"
echo 'etherpuppet_gw_enable=YES' >"$RC_CONF"
"$WORK/rc.d/etherpuppet_gw" start 2>/dev/null && wrong 'started without _flags'
echo "etherpuppet_gw_flags=\"$FLAGS\"" >>"$RC_CONF"
check_service "$WORK/rc.d/etherpuppet_gw" "$SYSLOG"
finish

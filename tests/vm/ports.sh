#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs the unit tests of Linux's ports, the packet socket and the tap, under
# this kernel.  An old one lets the port use no receive ring (see
# platform/linux/packet_recv.c).
. "$(dirname "$0")/../net/lib.sh"

for t in port tap; do
	build/test_${t}_linux >"$TMP/$t" 2>&1 || {
		grep -v '^\[ *\(RUN\|OK\)' "$TMP/$t"
		fail "test_${t}_linux"
	}
	grep -q '^\[  PASSED  \]' "$TMP/$t" || fail "test_${t}_linux: no result"
done
ok

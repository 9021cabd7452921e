#!/bin/sh
# SPDX-License-Identifier: ISC
# contrib/router/machine finds the program for a machine: by what uname(2) says
# there (here under qemu-user), and by byte 6 of a program of that machine.
. "$(dirname "$0")/lib.sh"

cat >"$TMP/uname.c" <<'end'
#include <sys/utsname.h>
#include <stdio.h>

int
main(void)
{
	struct utsname u;

	return uname(&u) == -1 || printf("%s %s\n", u.sysname, u.machine) < 0;
}
end

mkdir "$TMP/bin"
for t in $STATIC; do
	program "$t"
	tests/cross/build cc "$t" -static -o "$TMP/uname" "$TMP/uname.c" ||
	    fail "$t: cc"
	printf '#!/bin/sh\necho "%s"\n' "$($QEMU "$TMP/uname")" >"$TMP/bin/uname"
	# its /bin/sh: another program of that machine
	printf '#!/bin/sh\nshift\nexec %s if=%s "$@"\n' "$(command -v dd)" \
	    "$PWD/build/$t/etherpuppet" >"$TMP/bin/dd"
	chmod +x "$TMP/bin/uname" "$TMP/bin/dd"
	said=$(PATH=$TMP/bin:$PATH sh contrib/router/machine) || fail "$t: nothing"
	echo "$("$TMP/bin/uname"): $said"
	[ "$said" = "$t" ] || fail "$t: it says $said"
done
printf '#!/bin/sh\necho Linux ppc\n' >"$TMP/bin/uname"
! said=$(PATH=$TMP/bin:$PATH sh contrib/router/machine 2>"$TMP/err") ||
    fail "ppc: it says $said"
grep -q '^no program for Linux ppc' "$TMP/err" || fail 'ppc: it says nothing'
ok

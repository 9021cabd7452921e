#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs tests/smoke, which needs no other host, twice in one namespace.  The
# second run must not stumble over what the first one has left, nor over an
# address of this host in a net that tests/smoke would use.  In the second run
# the slave logs 7000 lines at its start, and the first 20 binds to an address
# fail, as while NetBSD looks for duplicates.
#
#   M: smoke == puppet0 == slave ==127.0.0.1== master == puppet1 == smoke
. "$(dirname "$0")/lib.sh"

command -v cc >/dev/null || skip 'no cc here'
cat >"$TMP/late.c" <<'END'
#define _GNU_SOURCE
#include <sys/socket.h>
#include <netinet/in.h>
#include <dlfcn.h>
#include <errno.h>

int
bind(int fd, const struct sockaddr *sa, socklen_t len)
{
	int (*next)(int, const struct sockaddr *, socklen_t);
	static int tries;

	*(void **)&next = dlsym(RTLD_NEXT, "bind");
	if (sa->sa_family == AF_INET &&
	    ((const struct sockaddr_in *)sa)->sin_addr.s_addr !=
		htonl(INADDR_LOOPBACK) &&
	    tries++ < 20) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	return next(fd, sa, len);
}
END
cc -shared -fPIC -o "$TMP/late.so" "$TMP/late.c" -ldl
cat >"$TMP/talkative" <<END
#!/bin/sh
[ "\$1" = -m ] || yes 'etherpuppet: said much' | head -n 7000 >&2
exec "$EP" "\$@"
END
chmod +x "$TMP/talkative"

host "$M" ipv6
late='' program=$EP
for own in 10.9.0.1/24 192.0.2.2/24; do
	ip -n "$M" addr add "$own" dev lo
	start smoke "$M" env TMPDIR="$TMP" LD_PRELOAD="$late" \
	    build/smoke "$program"
	wait_exit "$PID" 120
	grep '^skip' "$TMP/smoke.log" || true
	[ "$STATUS" = 0 ] || fail "$(grep '^FAIL' "$TMP/smoke.log")"
	grep -q ' 0 failed, ' "$TMP/smoke.log" || fail 'no closing line'
	ip -n "$M" link show type tun >"$TMP/left" && [ ! -s "$TMP/left" ] ||
	    fail "left: $(cat "$TMP/left")"
	late=$TMP/late.so program=$TMP/talkative
done
ok

#!/bin/sh
# SPDX-License-Identifier: ISC
# Some changes are not announced (on FreeBSD, that of a MAC address): the doll
# follows within half a minute all the same, within seconds while there is
# traffic.  This slave hears no announcement at all.  Takes 45 s.
#
#   R wan ---- wan G (slave, deaf)   ctl ---- ctl M: puppet0
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-watch.sh"

command -v cc >/dev/null || skip 'no cc here'
cat >"$TMP/deaf.c" <<'END'
#define _GNU_SOURCE
#include <sys/socket.h>
#include <linux/netlink.h>
#include <dlfcn.h>
#include <stdio.h>

int
bind(int fd, const struct sockaddr *sa, socklen_t len)
{
	int (*next)(int, const struct sockaddr *, socklen_t);
	struct sockaddr_nl deaf = { .nl_family = AF_NETLINK };

	*(void **)&next = dlsym(RTLD_NEXT, "bind");
	if (sa->sa_family != AF_NETLINK)
		return next(fd, sa, len);
	if (((const struct sockaddr_nl *)sa)->nl_groups != 0)
		fprintf(stderr, "deaf\n");
	return next(fd, (const struct sockaddr *)&deaf, sizeof(deaf));
}
END
cc -shared -fPIC -o "$TMP/deaf.so" "$TMP/deaf.c" -ldl

topo
export LD_PRELOAD="$TMP/deaf.so"
pair
unset LD_PRELOAD
wait_log slave.log '^deaf$' 1
ip -n "$G" link set wan address 02:00:00:09:00:99
within 31000 alike 'another MAC'
start traffic "$R" ping -q -i 0.5 10.9.0.1
ip -n "$G" link set wan mtu 1400
within 6000 alike 'another MTU'
one_session
ok

/* SPDX-License-Identifier: ISC */
/*
 * A process of a BSD leaves the files and the user.  On OpenBSD it then makes
 * promises (pledge(2)), and the kernel ends it for any other system call.  On
 * FreeBSD it enters capability mode (capsicum(4)): there connect(2), bind(2)
 * and open(2) fail (sys/kern/uipc_syscalls.c, kern_connectat(); sys/kern/
 * vfs_lookup.c), as does getifaddrs(3): the list of interfaces is no sysctl for
 * that mode (sys/net/rtsock.c, net.routetable without CTLFLAG_CAPRD).
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/time.h>
#ifdef __FreeBSD__
#include <sys/capsicum.h>
#include <sys/filio.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <net/if_tap.h>
#endif
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "privilege/platform.h"
#include "sandbox.h"
#include "text.h"

/* Empty, of root: hier(7); NetBSD has it for sshd(8). */
static const char *const roots[] = { "/var/empty", "/var/chroot/sshd" };

static int
fail(char *why, size_t size, const char *call)
{
	(void)snprintf(why, size, "%s: %s", call, strerror(errno));
	return -1;
}

struct identity {
	uid_t uid;
	gid_t gid;
};

/* By name or number.  False: there is no such user. */
static bool
identity_find(struct identity *who, const char *user)
{
	const struct passwd *pw;
	uint32_t number;

	if (user != NULL && text_number(user, 0, UINT32_MAX - 1, &number)) {
		*who = (struct identity) { number, number };
		return true;
	}
	pw = getpwnam(user != NULL ? user : "_etherpuppet");
	if (pw == NULL && user == NULL)
		pw = getpwnam("nobody");
	if (pw != NULL)
		*who = (struct identity) { pw->pw_uid, pw->pw_gid };
	return pw != NULL;
}

static int
root_leave(void)
{
	size_t i;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (chdir(roots[i]) == 0)
			return chroot(".");
	return -1;
}

/* Of a process that is root.  0; -1: why is filled. */
static int
superuser_leave(const struct sandbox *s, char *why, size_t size)
{
	const char *user = s->user != NULL ? s->user : "nobody";
	struct identity who;

	if (!identity_find(&who, s->user))
		(void)snprintf(why, size, "-Z %s: there is no such user", user);
	else if (who.uid == 0 || who.gid == 0)
		(void)snprintf(why, size, "-Z %s: root has too many rights",
		    user);
	if (why[0] != '\0')
		return -1;
	if (s->what != SANDBOX_RESOLVER && root_leave() == -1)
		(void)snprintf(why, size,
		    "a part of the sandbox is missing: %s: %s", roots[0],
		    strerror(errno));
	if (setgroups(1, &who.gid) == -1)
		return fail(why, size, "setgroups");
	if (setgid(who.gid) == -1)
		return fail(why, size, "setgid");
	if (setuid(who.uid) == -1)
		return fail(why, size, "setuid");
	return 0;
}

#ifdef __OpenBSD__

/*
 * OpenBSD, sys/kern/kern_pledge.c (1.333):
 *
 *  - stdio: read, write, poll, signals, timers, memory; also getpeername(2),
 *    TCP_NODELAY, and FIONREAD of a doll
 *  - recvfd: descriptors of the helper.  sendfd: a connection to the helper
 *  - unix: accept(2) and the options of SOL_SOCKET, for TCP, too: "inet" would
 *    allow connections to other hosts as well.  It also allows socket(2) and
 *    connect(2) for unix sockets: see paths_hide()
 *  - route: getifaddrs(3), and SIOCGIFFLAGS: whether an interface is up
 *  - tty: TIOCGWINSZ, for the line of -t
 *  - inet, dns: connections, /etc/hosts, /etc/services and name servers
 */
static const char *const promises[] = {
	[SANDBOX_SLAVE] = "stdio recvfd sendfd unix route",
	[SANDBOX_MASTER] = "stdio recvfd sendfd unix route",
	[SANDBOX_COMPILER] = "stdio",
	[SANDBOX_RESOLVER] = "stdio sendfd inet dns",
};

/*
 * "unix" is a promise for paths, which matters if the root directory was not
 * left.  unveil(NULL, NULL) alone hides nothing: it only ends the list of what
 * is seen (sys/kern/vfs_syscalls.c, sys_unveil()).
 */
static int
paths_hide(void)
{
	return unveil("/", "");
}

static int
promise(const struct sandbox *s, char *why, size_t size)
{
	bool relay = s->what == SANDBOX_SLAVE || s->what == SANDBOX_MASTER;
	char text[64];

	if (relay && paths_hide() == -1)
		return fail(why, size, "unveil");
	(void)snprintf(text, sizeof(text), "%s%s", promises[s->what],
	    relay && log_terminal() ? " tty" : "");
	return pledge(text, NULL) == -1 ? fail(why, size, "pledge") : 0;
}

#elif defined(__FreeBSD__)

static int
promise(const struct sandbox *s, char *why, size_t size)
{
	if (s->what == SANDBOX_RESOLVER || cap_enter() == 0)
		return 0;
	if (errno != ENOSYS)
		return fail(why, size, "cap_enter");
	(void)snprintf(why, size,
	    "a part of the sandbox is missing: cap_enter: %s", strerror(errno));
	return 0;
}

/*
 * Outside of ioctl(2) bpf(4) checks no right but those of the open: a relay
 * could bind its capture to another interface.  So it has none.
 */
static const struct {
	size_t n;
	cap_ioctl_t ioctls[2];
} limits[] = {
	[SANDBOX_CAPTURE] = { 0, { 0 } },
	[SANDBOX_DOLL] = { 2, { FIONREAD, TAPGIFNAME } },
	[SANDBOX_VIEW] = { 2, { SIOCGIFFLAGS, SIOCGIFGROUP } },
};

int
sandbox_limit(int fd, enum sandbox_descriptor what)
{
	cap_rights_t rights;
	int result;

	(void)cap_rights_init(&rights, CAP_READ, CAP_WRITE, CAP_EVENT);
	if (limits[what].n > 0)
		(void)cap_rights_set(&rights, CAP_IOCTL);
	result = cap_rights_limit(fd, &rights);
	if (result == 0 && limits[what].n > 0)
		result = cap_ioctls_limit(fd, limits[what].ioctls,
		    limits[what].n);
	return result == -1 && errno == ENOSYS ? 0 : result;
}

#else

/* A filter's compiler needs no descriptor any more, so it gets none. */
static int
promise(const struct sandbox *s, char *why, size_t size)
{
	const struct rlimit none = { 0, 0 };

	if (s->what == SANDBOX_COMPILER &&
	    setrlimit(RLIMIT_NOFILE, &none) == -1)
		return fail(why, size, "setrlimit");
	return 0;
}

#endif

#ifndef __FreeBSD__ /* OpenBSD's promises are for all descriptors */
int
sandbox_limit(int fd, enum sandbox_descriptor what)
{
	(void)fd, (void)what;
	return 0;
}
#endif

int
sandbox_enter(const struct sandbox *s, char *why, size_t size)
{
	bool root = geteuid() == 0;

	why[0] = '\0';
	if (!root && s->user != NULL) {
		(void)snprintf(why, size,
		    "-Z %s: only root can become another user", s->user);
		return -1;
	}
	if (root && superuser_leave(s, why, size) == -1)
		return -1;
	return promise(s, why, size);
}

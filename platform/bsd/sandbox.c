/* SPDX-License-Identifier: ISC */
/*
 * The relay of a BSD leaves the files and the user.  pledge(2) and Capsicum
 * would forbid what a port asks of its own descriptors (BIOCSETF,
 * SIOCGIFFLAGS), which is not in the helper.
 */
#include <sys/types.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege/platform.h"

/* Empty, of root: hier(7); NetBSD has it for sshd(8). */
static const char *const roots[] = { "/var/empty", "/var/chroot/sshd" };

static int
fail(char *why, size_t size, const char *call)
{
	(void)snprintf(why, size, "%s: %s", call, strerror(errno));
	return -1;
}

static const struct passwd *
user_find(const char *user)
{
	const struct passwd *pw;

	if (user != NULL)
		return getpwnam(user);
	if ((pw = getpwnam("_etherpuppet")) == NULL)
		pw = getpwnam("nobody");
	return pw;
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

int
sandbox_enter(const struct sandbox *s, char *why, size_t size)
{
	const struct passwd *pw;

	why[0] = '\0';
	if (geteuid() != 0)
		return 0;
	if ((pw = user_find(s->user)) == NULL) {
		(void)snprintf(why, size, "-Z %s: there is no such user",
		    s->user != NULL ? s->user : "nobody");
		return -1;
	}
	if (pw->pw_uid == 0) {
		(void)snprintf(why, size, "-Z %s: root has too many rights",
		    pw->pw_name);
		return -1;
	}
	if (s->what != SANDBOX_RESOLVER && root_leave() == -1)
		(void)snprintf(why, size,
		    "a part of the sandbox is missing: %s: %s", roots[0],
		    strerror(errno));
	if (setgroups(1, &pw->pw_gid) == -1)
		return fail(why, size, "setgroups");
	if (setgid(pw->pw_gid) == -1)
		return fail(why, size, "setgid");
	if (setuid(pw->pw_uid) == -1)
		return fail(why, size, "setuid");
	return 0;
}

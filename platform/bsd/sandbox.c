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
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege/platform.h"
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

int
sandbox_enter(const struct sandbox *s, char *why, size_t size)
{
	const char *user = s->user != NULL ? s->user : "nobody";
	struct identity who;
	bool root = geteuid() == 0;

	why[0] = '\0';
	if (!root && s->user == NULL)
		return 0;
	if (!root)
		(void)snprintf(why, size,
		    "-Z %s: only root can become another user", user);
	else if (!identity_find(&who, s->user))
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

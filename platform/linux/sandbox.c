/* SPDX-License-Identifier: ISC */
/*
 * How a process gives up its rights.  Order matters:
 *
 *  - The user is looked up while there are files.
 *  - The root directory becomes an empty one, which only root can do.  It is
 *    deleted before: the kernel makes no file in a deleted directory (ENOENT).
 *  - The capabilities go one after the other from the bounding set, as long as
 *    there is CAP_SETPCAP; then groups and user; then all capabilities, which a
 *    process may have that was never root (setcap(8), systemd's ambient ones).
 *  - Landlock and seccomp need PR_SET_NO_NEW_PRIVS, and seccomp comes last
 *    because its table has none of these calls.
 *
 * Root of a user namespace in which the user does not exist stays root there:
 * without capabilities that is no more than the user who made the namespace.
 */
#include <sys/types.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <linux/capability.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sandbox.h"
#include "text.h"

#define NOBODY 65534 /* where neither of the users exists */

struct identity {
	const char *name;
	uid_t uid;
	gid_t gid;
};

/* Adds to `why` what this system lacks. */
static void
lack_add(char *why, size_t size, const char *what, const char *reason)
{
	size_t used = strlen(why);

	(void)snprintf(why + used, size - used, "%s%s: %s",
	    used > 0 ? "; " : "a part of the sandbox is missing: ", what,
	    reason);
}

/* Fills why: this call has failed.  Returns -1. */
static int
fail(char *why, size_t size, const char *call, const char *remedy)
{
	(void)snprintf(why, size, "%s: %s; %s", call, strerror(errno), remedy);
	return -1;
}

/* ---- the user ---- */

static bool
identity_named(struct identity *who, const char *name)
{
	const struct passwd *pw = getpwnam(name);

	if (pw == NULL)
		return false;
	*who = (struct identity) { name, pw->pw_uid, pw->pw_gid };
	return true;
}

/* Finds the user, by number, too.  0; -1: why is filled. */
static int
identity_find(struct identity *who, const char *user, char *why, size_t size)
{
	uint32_t number;

	*who = (struct identity) { "nobody", NOBODY, NOBODY };
	if (user == NULL) {
		if (!identity_named(who, "_etherpuppet"))
			(void)identity_named(who, "nobody");
	} else if (text_number(user, 0, UINT32_MAX - 1, &number))
		*who = (struct identity) { user, number, number };
	else if (!identity_named(who, user)) {
		(void)snprintf(why, size,
		    "-Z %s: there is no such user; see `useradd -r'", user);
		return -1;
	}
	if (who->uid != 0 && who->gid != 0)
		return 0;
	(void)snprintf(why, size, "-Z %s: root has too many rights", who->name);
	return -1;
}

/*
 * Whether this user namespace has a number, by its map; true, too, if there is
 * no map.
 */
static bool
id_mapped(const char *path, unsigned long id)
{
	FILE *map = fopen(path, "re");
	unsigned long first, there, count;
	bool found = map == NULL;

	while (
	    !found && fscanf(map, "%lu %lu %lu", &first, &there, &count) == 3)
		found = id >= first && id - first < count;
	if (map != NULL)
		(void)fclose(map);
	return found;
}

static bool
identity_exists(const struct identity *who)
{
	return id_mapped("/proc/self/uid_map", who->uid) &&
	    id_mapped("/proc/self/gid_map", who->gid);
}

static int
user_become(const struct identity *who, char *why, size_t size)
{
	static const char *const remedy =
	    "it needs cap_setgid, cap_setuid and cap_sys_chroot, too, to give "
	    "up its rights";

	if (setgroups(0, NULL) == -1)
		return fail(why, size, "setgroups", remedy);
	if (setresgid(who->gid, who->gid, who->gid) == -1)
		return fail(why, size, "setresgid", remedy);
	if (setresuid(who->uid, who->uid, who->uid) == -1)
		return fail(why, size, "setresuid", remedy);
	if (setuid(0) == 0) {
		(void)snprintf(why, size, "setuid: root can come back");
		return -1;
	}
	return 0;
}

/* ---- files ---- */

/* Makes an empty directory there the root, and deletes it.  0; -1 errno. */
static int
root_empty(const char *folder)
{
	char path[PATH_MAX];
	int result;

	(void)snprintf(path, sizeof(path), "%s/etherpuppet.XXXXXX", folder);
	if (mkdtemp(path) == NULL)
		return -1;
	result = chdir(path);
	return rmdir(path) == 0 && result == 0 ? chroot(".") : -1;
}

static int
root_leave(void)
{
	static const char *const folders[] = { "/run", "/tmp", "/var/tmp",
		"/dev/shm" };
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (root_empty(folders[i]) == 0)
			return 0;
	return -1;
}

/* ---- capabilities ---- */

/* Up to the kernel's last one (EINVAL), if there is the right to (EPERM). */
static void
bounding_set_empty(void)
{
	int cap = 0;

	while (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
		cap++;
}

/* Those of the process; its ambient ones go with them. */
static int
capabilities_drop(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = { { 0 } };

	return (int)syscall(SYS_capset, &head, none);
}

/* ---- all of it ---- */

/*
 * Of a process that is root.  *rooted: its root directory is an empty one.  0;
 * -1: why is filled.
 */
static int
superuser_leave(const struct sandbox *s, bool *rooted, char *why, size_t size)
{
	struct identity who;
	bool exists;

	if (identity_find(&who, s->user, why, size) == -1)
		return -1;
	exists = identity_exists(&who);
	if (!exists && s->user != NULL) {
		(void)snprintf(why, size, "-Z %s: not in this user namespace",
		    s->user);
		return -1;
	}
	*rooted = s->what != SANDBOX_RESOLVER && root_leave() == 0;
	if (s->what != SANDBOX_RESOLVER && !*rooted)
		lack_add(why, size, "empty root directory", strerror(errno));
	bounding_set_empty();
	if (exists)
		return user_become(&who, why, size);
	lack_add(why, size, who.name, "not in this user namespace");
	return 0;
}

int
sandbox_enter(const struct sandbox *s, char *why, size_t size)
{
	const struct rlimit none = { 0, 0 };
	bool rooted = false;

	why[0] = '\0';
	if (geteuid() != 0 && s->user != NULL) {
		(void)snprintf(why, size,
		    "-Z %s: only root can become another user", s->user);
		return -1;
	}
	if (geteuid() == 0 && superuser_leave(s, &rooted, why, size) == -1)
		return -1;
	if (capabilities_drop() == -1)
		return fail(why, size, "capset", "the sandbox is not complete");
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		lack_add(why, size, "no_new_privs", strerror(errno));
	if (s->what == SANDBOX_RESOLVER)
		return 0;
	if (landlock_enter() == -1 && !rooted) /* where there are files */
		lack_add(why, size, "Landlock", strerror(errno));
	if (s->what == SANDBOX_COMPILER)
		(void)setrlimit(RLIMIT_NOFILE, &none);
	if (seccomp_enter(s) == -1)
		lack_add(why, size, "seccomp", strerror(errno));
	return 0;
}

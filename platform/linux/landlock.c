/* SPDX-License-Identifier: ISC */
/*
 * A set of rules that handles each kind of access and allows none.  It decides
 * when a file is opened: descriptors that are open keep working, a connected
 * unix socket, too.  Landlock does not know stat(2), chmod(2), chdir(2) and the
 * like; seccomp does.
 */
#include <sys/types.h>
#include <sys/syscall.h>
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "sandbox.h"

/* Linux 5.13, include/uapi/linux/landlock.h: later than many headers. */
#ifndef __NR_landlock_create_ruleset
#ifdef __mips__ /* all new calls have the same number, from a first one on */
#define __NR_landlock_create_ruleset (__NR_Linux + 444)
#define __NR_landlock_restrict_self  (__NR_Linux + 446)
#else
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_restrict_self  446
#endif
#endif
#define CREATE_VERSION 1

/* What one version of Landlock can handle (struct landlock_ruleset_attr). */
static const struct rules {
	uint64_t files, net, scopes;
} versions[] = {
	{ 0x1fff, 0, 0 }, /* 5.13: execute, read, write, make, delete */
	{ 0x3fff, 0, 0 }, /* 5.19: move to another folder */
	{ 0x7fff, 0, 0 }, /* 6.2: truncate */
	{ 0x7fff, 3, 0 }, /* 6.7: bind and connect of TCP */
	{ 0xffff, 3, 0 }, /* 6.10: ioctl of a device */
	{ 0xffff, 3, 3 }, /* 6.12: abstract unix sockets, signals */
};
#define VERSIONS ((long)(sizeof(versions) / sizeof(versions[0])))

int
landlock_enter(void)
{
	long version, fd, result;
	int error;

	version = syscall(__NR_landlock_create_ruleset, NULL, 0,
	    CREATE_VERSION);
	if (version < 1)
		return -1;
	if (version > VERSIONS)
		version = VERSIONS;
	fd = syscall(__NR_landlock_create_ruleset, &versions[version - 1],
	    sizeof(versions[0]), 0);
	if (fd == -1)
		return -1;
	result = syscall(__NR_landlock_restrict_self, (int)fd, 0);
	error = errno;
	(void)close((int)fd);
	errno = error;
	return result == 0 ? 0 : -1;
}

/* SPDX-License-Identifier: ISC */
/*
 * What Linux's ports and tables share: why the kernel refused something, and
 * sysctls of an interface.
 */
#ifndef SYSTEM_LINUX_H
#define SYSTEM_LINUX_H

#include "../common/acquire.h"

/*
 * Writes why a call failed.  capability: what the program lacks where the
 * kernel says EPERM or EACCES; remedy: what else the user can do then, or NULL.
 */
void acquire_why(char *out, size_t size, const char *failed, int error,
    const char *capability, const char *remedy);

struct sysctl {
	const char *family, *key, *value;
};

/*
 * Writes /proc/sys/net/FAMILY/conf/IFNAME/KEY in the calling thread's network
 * namespace.  0; -1 errno.
 */
int sysctl_set(const char *ifname, const struct sysctl *);
/* Writes all of them, but for those that this kernel does not have. */
void sysctl_set_all(const char *ifname, const struct sysctl *, size_t n);

#endif

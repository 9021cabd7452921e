/* SPDX-License-Identifier: ISC */
/*
 * Functions that Linux's ports and tables share: the reason for a refusal, and
 * sysctls of an interface.
 */
#ifndef SYSTEM_LINUX_H
#define SYSTEM_LINUX_H

#include "../common/acquire.h"

/*
 * Writes why a call failed.  For EPERM and EACCES: capability: the one that the
 * program lacks; remedy: what else the user can do, or NULL.
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
/* Writes n of them; skips those that this kernel does not have. */
void sysctl_set_all(const char *ifname, const struct sysctl *, size_t n);

#endif

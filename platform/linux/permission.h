/*
 * What capture and tap share when their descriptor is made, or is not.
 */
#ifndef ACQUIRE_LINUX_H
#define ACQUIRE_LINUX_H

#include "../common/acquire.h"

/*
 * Why a call failed, as text.  capability: what the program lacks where
 * permission is missing; remedy: what else can be done, or NULL.
 */
void acquire_why(char *out, size_t size, const char *failed, int error,
    const char *capability, const char *remedy);

struct sysctl {
	const char *family, *key, *value;
};

/*
 * Write /proc/sys/net/FAMILY/conf/IFNAME/KEY, of the calling thread's network
 * namespace.  0; -1 errno.  sysctl_set_all(): as far as there is such a key.
 */
int sysctl_set(const char *ifname, const struct sysctl *);
void sysctl_set_all(const char *ifname, const struct sysctl *, size_t n);

#endif

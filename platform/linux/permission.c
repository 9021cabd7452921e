#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "permission.h"
#include "log.h"

const char *
capture_remedy(int error)
{
	return error == ENOMEM ? "; see sysctl net.core.optmem_max" : "";
}

void
acquire_why(char *out, size_t size, const char *failed, int error,
    const char *capability, const char *remedy)
{
	const char *what = strerror(error),
		   * or = remedy != NULL ? "; or " : "";
	char path[PATH_MAX];
	ssize_t len;

	if (error != EPERM && error != EACCES) {
		(void)snprintf(out, size, "%s: %s", failed, what);
		return;
	}
	len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	path[len > 0 ? len : 0] = '\0';
	(void)snprintf(out, size, "%s: %s; run as root, or setcap %s+ep %s%s%s",
	    failed, what, capability, len > 0 ? path : "etherpuppet", or,
	    remedy != NULL ? remedy : "");
}

int
sysctl_set(const char *ifname, const struct sysctl *s)
{
	size_t len = strlen(s->value);
	char path[128];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s",
	    s->family, ifname, s->key);
	if ((fd = open(path, O_WRONLY | O_CLOEXEC)) == -1)
		return -1;
	n = write(fd, s->value, len);
	(void)close(fd);
	return n == (ssize_t)len ? 0 : -1;
}

void
sysctl_set_all(const char *ifname, const struct sysctl *all, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		(void)sysctl_set(ifname, &all[i]);
}

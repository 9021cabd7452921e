/* SPDX-License-Identifier: ISC */
/*
 * Small functions on Linux: the text for a refusal, the title, sysctls of an
 * interface, closing descriptors, and routes.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <net/if.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netlink.h"
#include "privilege/platform.h"
#include "system.h"

/* RLIMIT_NOFILE may be far above any descriptor in use. */
#define CLOSED_WITHOUT_PROC 65536

void
acquire_why(char *out, size_t size, const char *failed, int error,
    const char *capability, const char *remedy)
{
	const char *reason = strerror(error);
	const char *sep = remedy != NULL ? "; or " : "";
	char path[PATH_MAX];
	ssize_t len;

	if (error != EPERM && error != EACCES) {
		(void)snprintf(out, size, "%s: %s", failed, reason);
		return;
	}
	len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	path[len > 0 ? len : 0] = '\0';
	(void)snprintf(out, size, "%s: %s; run as root, or setcap %s+ep %s%s%s",
	    failed, reason, capability, len > 0 ? path : "etherpuppet", sep,
	    remedy != NULL ? remedy : "");
}

/* ---- the title ---- */

/* Where the kernel reads the arguments: one after another in memory. */
static char *title;
static size_t title_size;

/* Copies the arguments, so that the title may take their place. */
char **
process_arguments(int argc, char *argv[])
{
	static char *text, **copy;
	const char *last = argc > 0 ? argv[argc - 1] : NULL;
	size_t size;
	int i;

	if (last == NULL)
		return argv;
	size = (size_t)(last + strlen(last) + 1 - argv[0]);
	text = malloc(size);
	copy = calloc((size_t)argc + 1, sizeof(*copy));
	if (text == NULL || copy == NULL)
		return argv;
	memcpy(text, argv[0], size);
	for (i = 0; i < argc; i++)
		copy[i] = text + (argv[i] - argv[0]);
	title = argv[0];
	title_size = size - 1;
	return copy;
}

void
process_title(const char *name)
{
	if (title == NULL)
		return;
	memset(title, 0, title_size);
	(void)snprintf(title, title_size, "etherpuppet: %s", name);
}

/* ---- sysctls ---- */

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

/* ---- descriptors ---- */

static bool
close_listed(int from)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	int fd;

	if (dir == NULL)
		return false;
	while ((entry = readdir(dir)) != NULL) {
		fd = atoi(entry->d_name);
		if (fd >= from && fd != dirfd(dir))
			(void)close(fd);
	}
	(void)closedir(dir);
	return true;
}

/*
 * closefrom(3) is in no musl and in no glibc before 2.34, and close_range(2) in
 * no Linux before 5.9.
 */
void
descriptors_close(int from)
{
	long limit = sysconf(_SC_OPEN_MAX);

#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)from, ~0U, 0) == 0)
		return;
#endif
	if (close_listed(from))
		return;
	if (limit < 0 || limit > CLOSED_WITHOUT_PROC)
		limit = CLOSED_WITHOUT_PROC;
	for (; from < limit; from++)
		(void)close(from);
}

/* ---- routes ---- */

static void
route_read(const struct nlmsghdr *head, void *arg)
{
	const struct rtmsg *route = NLMSG_DATA(head);
	const struct rtattr *a = RTM_RTA(route);
	size_t len = RTM_PAYLOAD(head);
	unsigned *index = arg;

	if (head->nlmsg_type != RTM_NEWROUTE)
		return;
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == RTA_OIF && RTA_PAYLOAD(a) == sizeof(*index))
			memcpy(index, RTA_DATA(a), sizeof(*index));
}

unsigned
way_index(const struct addr *to)
{
	bool ip4 = to->addr_type == ADDR_TYPE_IP;
	unsigned index = 0;
	struct netlink r;

	netlink_init(&r, RTM_GETROUTE, NLM_F_ACK, sizeof(r.route));
	r.route.rtm_family = ip4 ? AF_INET : AF_INET6;
	r.route.rtm_dst_len = ip4 ? 32 : 128;
	netlink_put(&r, RTA_DST, to->addr_data8, ip4 ? 4 : 16);
	if (netlink_ask(&r, route_read, &index) == -1)
		return 0;
	return index;
}

int
way_hold(int fd, unsigned index)
{
	char name[IF_NAMESIZE];

	if (if_indextoname(index, name) == NULL)
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name,
	    (socklen_t)strlen(name) + 1);
}

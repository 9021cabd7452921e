/* SPDX-License-Identifier: ISC */
/*
 * Makes dolls: the parts that two or three BSDs share.  Each system has the
 * rest in doll_acquire().
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <net/if.h>
#ifdef __FreeBSD__
#include <net/if_var.h>
#endif
#ifndef __OpenBSD__
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/interface.h"
#include "log.h"
#include "port/port.h"
#include "tap.h"

#define END_LOOKS    200
#define END_PAUSE_MS 10
#define UNITS	     256

/* The doll that tap_release() destroys. */
static struct {
	char name[IFNAMSIZ]; /* "": none */
	unsigned index;
} left;

int
tap_node(const char *node, char failed[PLATFORM_CALL])
{
	char path[sizeof("/dev/") + IFNAMSIZ];
	int fd;

	(void)snprintf(path, sizeof(path), "/dev/%.15s", node);
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return fd == -1 ? acquire_fail(fd, failed, path) : fd;
}

int
tap_flags(int sock, const char *ifname)
{
	struct ifreq ifr = ifreq_of(ifname);

	if (ioctl(sock, SIOCGIFFLAGS, &ifr) == -1)
		return -1;
	return (unsigned short)ifr.ifr_flags;
}

void
tap_leave(const char *ifname)
{
	(void)snprintf(left.name, sizeof(left.name), "%.15s", ifname);
	left.index = if_nametoindex(ifname);
}

/* A relay that has promised no "inet" (OpenBSD, pledge(2)) makes no socket. */
void
tap_view(int fds[2])
{
	fds[0] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	fds[1] = -1;
	if (fds[0] == -1)
		log_errno("socket");
}

void
tap_release(void)
{
	struct ifreq ifr = ifreq_of(left.name);
	int fd, error = errno;

	if (left.name[0] != '\0' && if_nametoindex(left.name) == left.index &&
	    (fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) != -1) {
		/* ENXIO: somebody else has done it */
		if (ioctl(fd, SIOCIFDESTROY, &ifr) == -1 && errno != ENXIO)
			log_errno("%s: SIOCIFDESTROY", left.name);
		(void)close(fd);
	}
	left.name[0] = '\0';
	errno = error;
}

void
tap_await_end(const char *ifname, unsigned index)
{
	struct pollfd nothing = { .fd = -1 };
	int i;

	for (i = 0; i < END_LOOKS && if_nametoindex(ifname) == index; i++)
		(void)poll(&nothing, 1, END_PAUSE_MS);
}

/* etherpuppet(1), OTHER SYSTEMS, says what a doll sends by itself. */
void
tap_silence(const char *name)
{
	(void)name;
}

#ifndef __OpenBSD__ /* there IPv6 is off until somebody turns it on */
void
tap_silence_ip6(const char *ifname, uint32_t clear, uint32_t set)
{
	struct in6_ndireq nd = { 0 };
	int fd;

	if ((fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return;
	memcpy(nd.ifname, ifname, strlen(ifname));
	if (ioctl(fd, SIOCGIFINFO_IN6, &nd) == 0) {
		nd.ndi.flags = (nd.ndi.flags & ~clear) | set;
		(void)ioctl(fd, SIOCSIFINFO_FLAGS, &nd);
	}
	(void)close(fd);
}
#endif

#ifndef __NetBSD__ /* its struct if_data has no such counter */
uint64_t
tap_drops(const char *ifname)
{
	struct interface_look now;

	(void)ifname;
	return port_look(&now) == 0 ? now.dropped : 0;
}
#endif

#ifdef __FreeBSD__

/* An interface can have any name. */
static bool
tap_name_check(char name[IFNAMSIZ], const char *kind)
{
	(void)name;
	(void)kind;
	return true;
}

#else

/*
 * On OpenBSD, and with NetBSD's tun(4), an interface has the name of its node
 * in /dev and cannot be renamed.  To open the node makes the interface, unless
 * it exists: then it belongs to somebody, and we open it only by its name.
 */
static bool
tap_is_unit(const char *name, const char *kind)
{
	size_t len = strlen(kind);

	return strncmp(name, kind, len) == 0 && name[len] != '\0' &&
	    strspn(name + len, "0123456789") == strlen(name + len);
}

/*
 * Whether a doll of this kind can have the name.  A doll that is made again for
 * another link type still has a name of the other kind: this becomes "", the
 * first free one.
 */
static bool
tap_name_check(char name[IFNAMSIZ], const char *kind)
{
	if (tap_is_unit(name, strcmp(kind, "tap") == 0 ? "tun" : "tap"))
		name[0] = '\0';
	return name[0] == '\0' || tap_is_unit(name, kind);
}

int
tap_unit_open(int sock, char name[IFNAMSIZ], const char *kind, bool *existed,
    char failed[PLATFORM_CALL])
{
	int i, fd = -1;

	*existed = name[0] != '\0' && tap_flags(sock, name) != -1;
	if (name[0] != '\0')
		return tap_node(name, failed);
	for (i = 0; i < UNITS; i++) {
		(void)snprintf(name, IFNAMSIZ, "%s%d", kind, i);
		if (tap_flags(sock, name) != -1)
			continue;
		fd = tap_node(name, failed);
		if (fd != -1 || errno != EBUSY)
			return fd;
	}
	errno = EBUSY;
	return acquire_fail(-1, failed, "open");
}

#endif

/* Returns a descriptor; -1 errno, failed names the call. */
static int
tap_make(char name[IFNAMSIZ], int linktype, uint32_t queue, bool *existed,
    char failed[PLATFORM_CALL])
{
	int sock, fd, error;

	if (!tap_name_check(name, linktype == LINK_RAW ? "tun" : "tap")) {
		errno = EINVAL;
		return acquire_fail(-1, failed, "name");
	}
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock == -1)
		return acquire_fail(sock, failed, "socket");
	fd = doll_acquire(sock, name, linktype, queue, existed, failed);
	error = errno;
	(void)close(sock);
	errno = error;
	return fd;
}

int
tap_acquire(char name[IFNAMSIZ], int linktype, uint32_t queue, bool *existed,
    char *why, size_t size)
{
	char failed[PLATFORM_CALL] = "";
	int fd = tap_make(name, linktype, queue, existed, failed), error;
	const struct tap_remedy *r;

	if (fd != -1)
		return fd;
	error = errno;
	for (r = tap_remedies; r->error != 0; r++)
		if (r->error == error)
			break;
	(void)snprintf(why, size, "%s: %s%s%s", failed, strerror(error),
	    r->error != 0 ? "; " : "", r->error != 0 ? r->text : "");
	errno = error;
	return -1;
}

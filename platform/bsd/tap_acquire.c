/*
 * What the tap_acquire()s of the BSDs share.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "tap_bsd.h"

#define END_LOOKS    200
#define END_PAUSE_MS 10

/* Ours to take away. */
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
tap_flags(int asks, const char *ifname)
{
	struct ifreq ifr = { 0 };

	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%.15s", ifname);
	if (ioctl(asks, SIOCGIFFLAGS, &ifr) == -1)
		return -1;
	return (unsigned short)ifr.ifr_flags;
}

int
tap_acquire(char name[IFNAMSIZ], int linktype, uint32_t queue, bool *existed,
    char *why, size_t size)
{
	char failed[PLATFORM_CALL] = "";
	int fd = doll_acquire(name, linktype, queue, existed, failed), error;
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

void
tap_leave(const char *ifname)
{
	(void)snprintf(left.name, sizeof(left.name), "%.15s", ifname);
	left.index = if_nametoindex(ifname);
}

void
tap_release(void)
{
	struct ifreq ifr = { 0 };
	int fd, error = errno;

	if (left.name[0] != '\0' && if_nametoindex(left.name) == left.index &&
	    (fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) != -1) {
		memcpy(ifr.ifr_name, left.name, sizeof(ifr.ifr_name));
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

/* See etherpuppet(1), OTHER SYSTEMS: what each says by itself. */
void
tap_silence(const char *name)
{
	(void)name;
}

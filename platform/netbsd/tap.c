/* SPDX-License-Identifier: ISC */
/*
 * Dolls on NetBSD.  A tap from the cloning node /dev/tap goes with its
 * descriptor.  A tap with a given name is made first and then opened by its own
 * node (sys/net/if_tap.c), as is a tun (sys/net/if_tun.c): these stay, and we
 * destroy them.  An interface that existed before belongs to the user.
 *
 * The flags of open(2) do not reach a clone (sys/kern/kern_descrip.c,
 * fd_clone()), and read(2) heeds only FIONBIO.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <sys/sysctl.h>
#include <net/if.h>
#include <net/if_tap.h>
#include <net/if_tun.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../bsd/tap.h"
#include "../common/interface.h"
#include "port/port.h"

const struct tap_remedy tap_remedies[] = {
	{ EACCES, "run as root" },
	{ EPERM, "run as root" },
	{ EBUSY, "another process has it" },
	{ EINVAL, "NetBSD cannot rename interfaces: only -I tapN can be had" },
	{ ENOENT, "make it: cd /dev && sh MAKEDEV NAME" },
	{ ENXIO, "see `modload if_tap' and `modload if_tun'" },
	{ 0, NULL },
};

uint32_t
tap_maxframe(int linktype)
{
	return linktype == LINK_RAW ? TUNMTU : FRAME_MAX;
}

static const char *
queue_node(const char *ifname, const char *what, char path[64])
{
	(void)snprintf(path, 64, "net.interfaces.%.15s.sndq.%s", ifname, what);
	return path;
}

const char tap_queue_remedy[] = "-q makes it longer";

const char *
tap_queue_why(const char *ifname, uint32_t queue)
{
	char path[64];
	int now = 0;
	size_t len = sizeof(now);

	if (sysctlbyname(queue_node(ifname, "maxlen", path), &now, &len, NULL,
		0) == 0 &&
	    (uint32_t)now == queue)
		return NULL;
	return "sysctl net.interfaces.NAME.sndq.maxlen is another";
}

/* The kernel's counter is an int until NetBSD 9. */
uint64_t
tap_drops(const char *ifname)
{
	union {
		uint64_t quad;
		uint32_t word;
	} n = { 0 };
	size_t len = sizeof(n);
	char path[64];

	if (sysctlbyname(queue_node(ifname, "drops", path), &n, &len, NULL,
		0) == -1)
		return 0;
	return len == sizeof(n.word) ? n.word : n.quad;
}

/*
 * After a unit is destroyed, its descriptor belongs to the next unit of that
 * number and would read its frames.
 */
bool
tap_follow(int fd, int sock, char ifname[IFNAMSIZ], unsigned index)
{
	(void)fd;
	(void)sock;
	return if_nametoindex(ifname) == index;
}

/*
 * Describes the doll for people: the name tapN tells them nothing.  The kernel
 * copies the whole buffer.
 */
static void
doll_describe(int sock, const char *ifname)
{
	char text[IFDESCRSIZE] = "etherpuppet";
	struct ifreq ifr = ifreq_of(ifname);

	ifr.ifr_buf = text;
	ifr.ifr_buflen = sizeof(text);
	(void)ioctl(sock, SIOCSIFDESCR, &ifr);
}

/* Makes an interface of this name, which does not exist yet. */
static int
doll_create(int sock, const char *ifname, char failed[PLATFORM_CALL])
{
	struct ifreq ifr = ifreq_of(ifname);

	if (ioctl(sock, SIOCIFCREATE, &ifr) == -1)
		return acquire_fail(-1, failed, "SIOCIFCREATE");
	tap_leave(ifname);
	return 0;
}

static int
doll_clone(char name[IFNAMSIZ], char failed[PLATFORM_CALL])
{
	struct ifreq ifr;
	int fd;

	if ((fd = tap_node("tap", failed)) == -1)
		return -1;
	if (ioctl(fd, TAPGIFNAME, &ifr) == -1)
		return acquire_fail(fd, failed, "TAPGIFNAME");
	memcpy(name, ifr.ifr_name, IFNAMSIZ);
	return fd;
}

static int
doll_open(int sock, char name[IFNAMSIZ], bool raw, bool *existed,
    char failed[PLATFORM_CALL])
{
	int fd;

	*existed = false;
	if (raw) {
		fd = tap_unit_open(sock, name, "tun", existed, failed);
		if (fd != -1 && !*existed)
			tap_leave(name);
		return fd;
	}
	if (name[0] == '\0')
		return doll_clone(name, failed);
	*existed = tap_flags(sock, name) != -1;
	if (!*existed && doll_create(sock, name, failed) == -1)
		return -1;
	return tap_node(name, failed);
}

static int
doll_prepare(int fd, bool raw, char failed[PLATFORM_CALL])
{
	int on = 1;

	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return acquire_fail(fd, failed, "F_SETFD");
	if (ioctl(fd, FIONBIO, &on) == -1)
		return acquire_fail(fd, failed, "FIONBIO");
	if (raw && ioctl(fd, TUNSIFHEAD, &on) == -1)
		return acquire_fail(fd, failed, "TUNSIFHEAD");
	return fd;
}

static void
doll_finish(int sock, const char *name, uint32_t queue)
{
	char path[64];
	int len = (int)queue;

	tap_silence_ip6(name, ND6_IFF_AUTO_LINKLOCAL, 0);
	doll_describe(sock, name);
	(void)sysctlbyname(queue_node(name, "maxlen", path), NULL, NULL, &len,
	    sizeof(len));
}

int
doll_acquire(int sock, char name[IFNAMSIZ], int linktype, uint32_t queue,
    bool *existed, char failed[PLATFORM_CALL])
{
	bool raw = linktype == LINK_RAW;
	int fd;

	if ((fd = doll_open(sock, name, raw, existed, failed)) != -1)
		fd = doll_prepare(fd, raw, failed);
	if (fd == -1)
		tap_release();
	else if (!*existed)
		doll_finish(sock, name, queue);
	return fd;
}

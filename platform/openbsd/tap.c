/* SPDX-License-Identifier: ISC */
/*
 * Dolls on OpenBSD: the open of /dev/tapN makes the interface tapN, the close
 * destroys it (sys/net/if_tun.c).  An interface that existed before belongs to
 * the user and stays, but the kernel takes it down at the close.
 *
 * The open also brings the interface up, without sending anything.  Only -u may
 * bring a doll up, so we take it down again.  IPv6 is off until somebody turns
 * it on.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../bsd/tap.h"
#include "../common/interface.h"
#include "port/port.h"

/* sys/net/if_tun.c: MAXMCLBYTES (sys/sys/mbuf.h) behind the link header */
#define PAYLOAD_MAX (64 * 1024)
#define HEAD_ETHER  14

const struct tap_remedy tap_remedies[] = {
	{ EACCES, "run as root" },
	{ EPERM, "run as root" },
	{ EBUSY, "another process has it" },
	{ EINVAL, "OpenBSD cannot rename interfaces: only -I tapN can be had" },
	{ ENOENT, "make it: cd /dev && sh MAKEDEV NAME" },
	{ ENXIO, "this kernel has no tap(4) and tun(4)" },
	{ 0, NULL },
};

uint32_t
tap_maxframe(int linktype)
{
	uint32_t max = PAYLOAD_MAX + (linktype == LINK_RAW ? 0 : HEAD_ETHER);

	return max < FRAME_MAX ? max : FRAME_MAX;
}

const char tap_queue_remedy[] = "";

const char *
tap_queue_why(const char *ifname, uint32_t queue)
{
	(void)ifname;
	(void)queue;
	return "OpenBSD's kernel sets the length of all queues";
}

bool
tap_follow(int fd, int sock, char ifname[IFNAMSIZ], unsigned index)
{
	(void)fd;
	(void)sock;
	(void)ifname;
	(void)index;
	return true;
}

static int
doll_lower(int sock, const char *ifname)
{
	struct ifreq ifr = ifreq_of(ifname);

	if (ioctl(sock, SIOCGIFFLAGS, &ifr) == -1)
		return -1;
	ifr.ifr_flags &= ~IFF_UP;
	return ioctl(sock, SIOCSIFFLAGS, &ifr);
}

/* Describes the doll for people: the name tapN tells them nothing. */
static void
doll_describe(int sock, const char *ifname)
{
	struct ifgroupreq group = { 0 };
	struct ifreq ifr = ifreq_of(ifname);
	char text[] = "etherpuppet";

	ifr.ifr_data = text;
	(void)ioctl(sock, SIOCSIFDESCR, &ifr);
	memcpy(group.ifgr_name, ifname, strlen(ifname));
	memcpy(group.ifgr_group, "puppet", sizeof("puppet"));
	(void)ioctl(sock, SIOCAIFGROUP, &group);
}

int
doll_acquire(int sock, char name[IFNAMSIZ], int linktype, uint32_t queue,
    bool *existed, char failed[PLATFORM_CALL])
{
	const char *kind = linktype == LINK_RAW ? "tun" : "tap";
	int fd, was = name[0] != '\0' ? tap_flags(sock, name) : -1;

	(void)queue;
	if ((fd = tap_unit_open(sock, name, kind, existed, failed)) == -1)
		return -1;
	if ((was == -1 || (was & IFF_UP) == 0) &&
	    doll_lower(sock, name) == -1 && !*existed)
		return acquire_fail(fd, failed, "SIOCSIFFLAGS");
	if (!*existed)
		doll_describe(sock, name);
	return fd;
}

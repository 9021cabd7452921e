/* SPDX-License-Identifier: ISC */
/*
 * Dolls on FreeBSD: the cloning nodes /dev/tap and /dev/tun make an interface,
 * which is then renamed (sys/net/if_tuntap.c, sys/net/if.c).
 *
 * The interface stays when its descriptor is closed, and we destroy it; from
 * FreeBSD 15 on it goes with the descriptor (TUNSTRANSIENT).  An interface that
 * existed before belongs to the user; its node has its name, also after a
 * rename.  The close takes the interface down, and removes its addresses unless
 * it is a tap with link0.
 *
 * A process that destroys a doll waits until the doll's descriptor is closed,
 * and so do all others that destroy interfaces (tun_destroy(), under
 * ifnet_detach_sxlock).  No call on the descriptor fails meanwhile.  But first
 * the interface leaves the group of its kind (sys/net/if_clone.c,
 * if_clone_destroyif()).
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <net/if_tap.h>
#include <net/if_types.h>
#include <net/if_var.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../bsd/tap.h"
#include "port/port.h"

#define TEMPLATE "puppet%d"
#define NAMES	 256
#define GROUPS	 32 /* more groups than an interface has */

const struct tap_remedy tap_remedies[] = {
	{ EACCES, "run as root" },
	{ EPERM, "run as root; in a jail see allow.vnet and vnet in jail(8)" },
	{ EBUSY, "another process has it" },
	{ EINVAL, "there is an interface of this name and another kind" },
	{ ENOENT,
	    "see `kldload if_tuntap', sysctl net.link.tap.devfs_cloning and, "
	    "in a jail, devfs(8)" },
	{ 0, NULL },
};

uint32_t
tap_maxframe(int linktype)
{
	return linktype == LINK_RAW ? TUNMRU : TAPMRU;
}

const char tap_queue_remedy[] =
    "net.link.ifqmaxlen in /boot/loader.conf makes it "
    "longer";

const char *
tap_queue_why(const char *ifname, uint32_t queue)
{
	(void)ifname;
	(void)queue;
	return "all queues have the length net.link.ifqmaxlen, which "
	       "/boot/loader.conf sets";
}

/* Whether the interface is in its kind's group: 1, 0; -1: there is none. */
static int
is_grouped(int sock, const char *ifname)
{
	struct ifg_req groups[GROUPS] = { 0 };
	struct ifgroupreq r = { 0 };
	size_t i;

	memcpy(r.ifgr_name, ifname, strlen(ifname));
	r.ifgr_len = sizeof(groups);
	r.ifgr_groups = groups;
	if (ioctl(sock, SIOCGIFGROUP, &r) == -1)
		return -1;
	for (i = 0; i < GROUPS; i++)
		if (strcmp(groups[i].ifgrq_group, "tap") == 0 ||
		    strcmp(groups[i].ifgrq_group, "tun") == 0)
			return 1;
	return 0;
}

/*
 * Whether somebody waits until the interface is destroyed: it was in its group
 * before, and two calls in a row do not find it there.  If the destruction
 * fails, the kernel puts it back into the group.
 */
static bool
is_doomed(int sock, const char *ifname, unsigned index)
{
	static unsigned grouped; /* the index of one that was in its group */
	static int looks;

	switch (is_grouped(sock, ifname)) {
	case 1:
		grouped = index;
		looks = 0;
		return false;
	case 0:
		if (grouped != index || ++looks < 2)
			return false;
		grouped = 0; /* true only once */
		return true;
	default:
		return false;
	}
}

bool
tap_follow(int fd, int sock, char ifname[IFNAMSIZ], unsigned index)
{
	struct ifreq ifr;

	if (ioctl(fd, TAPGIFNAME, &ifr) == 0)
		memcpy(ifname, ifr.ifr_name, IFNAMSIZ);
	return !is_doomed(sock, ifname, index);
}

/* Whether the interface goes with its descriptor. */
static bool
doll_is_transient(int fd)
{
#ifdef TAPSTRANSIENT
	int on = 1;

	return ioctl(fd, TAPSTRANSIENT, &on) == 0;
#else
	(void)fd;
	return false;
#endif
}

/* Renames ifr's interface; "": to the first free name.  0; -1 errno. */
static int
doll_rename(int sock, struct ifreq *ifr, const char *name)
{
	char wish[IFNAMSIZ];
	int i;

	for (i = 0; i < NAMES; i++) {
		if (name[0] != '\0')
			memcpy(wish, name, sizeof(wish));
		else
			(void)snprintf(wish, sizeof(wish), TEMPLATE, i);
		if (strcmp(wish, ifr->ifr_name) == 0)
			return 0;
		ifr->ifr_data = wish;
		if (ioctl(sock, SIOCSIFNAME, ifr) == 0) {
			memcpy(ifr->ifr_name, wish, sizeof(wish));
			return 0;
		}
		if (errno != EEXIST || name[0] != '\0')
			return -1;
	}
	return -1;
}

static int
doll_make(int sock, char name[IFNAMSIZ], int linktype,
    char failed[PLATFORM_CALL])
{
	bool raw = linktype == LINK_RAW, transient;
	struct ifreq ifr = { 0 };
	int fd, on = 1;

	if ((fd = tap_node(raw ? "tun" : "tap", failed)) == -1)
		return -1;
	transient = doll_is_transient(fd);
	if (ioctl(fd, TAPGIFNAME, &ifr) == -1)
		return acquire_fail(fd, failed, "TAPGIFNAME");
	if (!transient)
		tap_leave(ifr.ifr_name);
	if (doll_rename(sock, &ifr, name) == -1)
		return acquire_fail(fd, failed, "SIOCSIFNAME");
	if (!transient)
		tap_leave(ifr.ifr_name);
	memcpy(name, ifr.ifr_name, IFNAMSIZ);
	if (raw && ioctl(fd, TUNSIFHEAD, &on) == -1)
		return acquire_fail(fd, failed, "TUNSIFHEAD");
	/* no address by itself, none from routers, no search for duplicates
	 * of its addresses */
	tap_silence_ip6(name, ND6_IFF_AUTO_LINKLOCAL | ND6_IFF_ACCEPT_RTADV,
	    ND6_IFF_NO_DAD);
	return fd;
}

static int
doll_take(const char *name, int linktype, char failed[PLATFORM_CALL])
{
	bool raw = linktype == LINK_RAW;
	struct tapinfo info = { 0 };
	int fd, on = 1;

	if ((fd = tap_node(name, failed)) == -1) {
		if (errno == ENOENT)
			errno = EINVAL;
		return -1;
	}
	if (ioctl(fd, TAPGIFINFO, &info) == -1)
		return acquire_fail(fd, failed, "TAPGIFINFO");
	if ((info.type == IFT_ETHER) == raw) {
		errno = EINVAL;
		return acquire_fail(fd, failed, "TAPGIFINFO");
	}
	if (raw && ioctl(fd, TUNSIFHEAD, &on) == -1)
		return acquire_fail(fd, failed, "TUNSIFHEAD");
	return fd;
}

int
doll_acquire(int sock, char name[IFNAMSIZ], int linktype, uint32_t queue,
    bool *existed, char failed[PLATFORM_CALL])
{
	int fd;

	(void)queue;
	*existed = name[0] != '\0' && tap_flags(sock, name) != -1;
	if (*existed)
		return doll_take(name, linktype, failed);
	if ((fd = doll_make(sock, name, linktype, failed)) == -1)
		tap_release();
	return fd;
}

/* SPDX-License-Identifier: ISC */
/*
 * Makes dolls, and reads their state later.
 *
 * Theory of operation.  A new interface comes up silent only if its sysctls
 * are set while it is still down; they exist as soon as the interface does.
 * /proc/sys/net shows the network namespace of the thread that opens it: to set
 * them for a doll in another namespace, the thread must be there (tried).
 *
 * An interface that existed before belongs to the user.  There a longer queue
 * and silence are tried, and may fail.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/interface.h"
#include "port/port.h"
#include "privilege/platform.h"
#include "system.h"
#include "tap_acquire.h"

#define TUN_PATH "/dev/net/tun"
#define TEMPLATE "puppet%d"

/* ---- making ---- */

/*
 * Lets the doll be up without sending anything: it makes no address by itself,
 * announces none, and is in no multicast group of routers.  On a host that
 * forwards, an interface joins that group when it is made; with version 1 of
 * MLD it leaves the group without sending a message.  Also sets
 * promote_secondaries, see params.c.
 */
void
tap_silence(const char *ifname)
{
	static const struct sysctl all[] = {
		{ "ipv4", "arp_notify", "0" },
		{ "ipv4", "promote_secondaries", "1" },
		{ "ipv6", "addr_gen_mode", "1" },
		{ "ipv6", "accept_ra", "0" },
		{ "ipv6", "autoconf", "0" },
		{ "ipv6", "router_solicitations", "0" },
		{ "ipv6", "accept_dad", "0" },
		{ "ipv6", "dad_transmits", "0" },
		{ "ipv6", "ndisc_notify", "0" },
		{ "ipv6", "force_mld_version", "1" },
		{ "ipv6", "forwarding", "0" },
		{ "ipv6", "force_mld_version", "0" },
	};

	sysctl_set_all(ifname, all, sizeof(all) / sizeof(all[0]));
}

static int
queue_set(const char *ifname, uint32_t queue)
{
	struct ifreq ifr = ifreq_of(ifname);
	int fd, r;

	if ((fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	ifr.ifr_qlen = (int)queue;
	r = ioctl(fd, SIOCSIFTXQLEN, &ifr);
	(void)close(fd);
	return r;
}

/* Makes or opens the interface; ifr gets its name and flags.  0; -1 errno. */
static int
tun_attach(int fd, const char *name, int linktype, struct ifreq *ifr)
{
	unsigned features = 0;
	int flags = linktype == LINK_RAW ? IFF_TUN : IFF_TAP;

	(void)ioctl(fd, TUNGETFEATURES, &features);
	flags |= IFF_NO_PI | (int)(features & IFF_VNET_HDR);
	*ifr = ifreq_of(name[0] != '\0' ? name : TEMPLATE);
	ifr->ifr_flags = (short)flags;
	if (ioctl(fd, TUNSETIFF, ifr) == -1)
		return -1;
	return ioctl(fd, TUNGETIFF, ifr);
}

static int
doll_acquire(char name[IFNAMSIZ], int linktype, uint32_t queue, bool *existed,
    char failed[PLATFORM_CALL])
{
	int fd, off = 0;
	struct ifreq ifr;

	fd = open(TUN_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return acquire_fail(fd, failed, TUN_PATH);
	if (tun_attach(fd, name, linktype, &ifr) == -1)
		return acquire_fail(fd, failed, "TUNSETIFF");
	memcpy(name, ifr.ifr_name, IFNAMSIZ);
	*existed = (ifr.ifr_flags & IFF_PERSIST) != 0;
	if (ioctl(fd, TUNSETCARRIER, &off) == -1)
		return acquire_fail(fd, failed, "TUNSETCARRIER");
	if (queue_set(name, queue) == -1 && !*existed)
		return acquire_fail(fd, failed, "SIOCSIFTXQLEN");
	return fd;
}

static void
doll_why(char *why, size_t size, const char *failed, int error)
{
	const char *remedy = NULL;

	if (error == EBUSY)
		remedy = "another process has it";
	else if (error == EINVAL && strcmp(failed, "TUNSETIFF") == 0)
		remedy = "there is an interface of this name and another kind, "
			 "or none may have it";
	else if (error == EACCES && failed[0] == '/')
		remedy = "run as root, or be let in there: see its mode and "
			 "group";
	else if (error == ENOENT || error == ENODEV)
		remedy = "see `modprobe tun'";
	if (remedy != NULL)
		(void)snprintf(why, size, "%s: %s; %s", failed, strerror(error),
		    remedy);
	else
		acquire_why(why, size, failed, error, "cap_net_admin",
		    "see `ip tuntap add NAME mode tap user YOU', and -I NAME");
}

int
tap_acquire(char name[IFNAMSIZ], int linktype, uint32_t queue, bool *existed,
    char *why, size_t size)
{
	char failed[PLATFORM_CALL] = "";
	int fd = doll_acquire(name, linktype, queue, existed, failed), error;

	if (fd != -1)
		return fd;
	error = errno;
	doll_why(why, size, failed, error);
	errno = error;
	return -1;
}

/* Nothing to do: a doll goes with its descriptor, or is the user's. */
void
tap_release(void)
{
}

/* ---- looking ---- */

void
tap_view(int fds[2])
{
	fds[0] = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	fds[1] = open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC);
}

/* The 12th number of this interface's line; false: it is another's line. */
static bool
line_drops(const char *line, const char *ifname, uint64_t *dropped)
{
	char name[IFNAMSIZ];

	return sscanf(line,
		   " %15[^:]: %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u "
		   "%" SCNu64,
		   name, dropped) == 2 &&
	    strcmp(name, ifname) == 0;
}

/*
 * Reads what /proc/net/dev says of the interface; false: nothing.  Without
 * stdio, which makes system calls that a relay may not make.
 */
static bool
view_drops(int devices, const char *ifname, uint64_t *dropped)
{
	char text[4096], *line, *end;
	size_t kept = 0;
	off_t at = 0;
	ssize_t n;

	while ((n = pread(devices, text + kept, sizeof(text) - 1 - kept, at)) >
	    0) {
		at += n;
		kept += (size_t)n;
		text[kept] = '\0';
		for (line = text; (end = strchr(line, '\n')) != NULL;
		     line = end + 1) {
			*end = '\0';
			if (line_drops(line, ifname, dropped))
				return true;
		}
		kept = strlen(line);
		memmove(text, line, kept);
	}
	return false;
}

void
tap_view_open(struct tap_view *v, const int fds[2], const char *name)
{
	struct ifreq ifr = ifreq_of(name);

	v->sock = fds[0];
	v->devices = fds[1];
	if (ioctl(v->sock, SIOCGIFINDEX, &ifr) == 0)
		v->index = ifr.ifr_ifindex;
	if (!view_drops(v->devices, name, &v->dropped))
		v->dropped = 0;
}

uint64_t
tap_view_drops(const struct tap_view *v, const char *name, uint64_t before)
{
	uint64_t now;

	if (!view_drops(v->devices, name, &now) || now < v->dropped)
		return before;
	return now - v->dropped;
}

void
tap_view_skip(struct tap_view *v, const char *name, uint64_t before)
{
	uint64_t now;

	if (view_drops(v->devices, name, &now) && now >= before)
		v->dropped = now - before;
}

bool
tap_view_name(const struct tap_view *v, char name[IFNAMSIZ])
{
	struct ifreq ifr = { .ifr_ifindex = v->index };

	if (ioctl(v->sock, SIOCGIFNAME, &ifr) == -1)
		return false;
	memcpy(name, ifr.ifr_name, IFNAMSIZ);
	name[IFNAMSIZ - 1] = '\0';
	return true;
}

void
tap_view_close(struct tap_view *v)
{
	if (v->sock != -1)
		(void)close(v->sock);
	if (v->devices != -1)
		(void)close(v->devices);
}

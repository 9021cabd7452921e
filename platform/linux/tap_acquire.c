/*
 * Dolls are made here.
 *
 * Theory of operation.  An interface comes up silent only if that is settled
 * while it is down, and while it is fresh: its sysctls are there as soon as
 * it is.  /proc/sys/net is the one of the thread that opens it, so that a doll
 * in another network namespace is reached by going there (tried).
 *
 * An interface that was there before belongs to the user.  What is nice to
 * have on it (a longer queue, silence) is tried, and its failure is nothing.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "permission.h"
#include "privilege/platform.h"
#include "port/port.h"

#define TUN_PATH "/dev/net/tun"
#define TEMPLATE "puppet%d"

/*
 * No word on the wire by being up: no address of its own, nothing announced,
 * and no group of routers.  The latter was joined at birth on a host that
 * forwards; version 1 of MLD is the one in which it is left without saying so.
 * And no removed address takes its secondaries along.
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
	struct ifreq ifr = { 0 };
	int fd, r;

	if ((fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	memcpy(ifr.ifr_name, ifname, strlen(ifname));
	ifr.ifr_qlen = (int)queue;
	r = ioctl(fd, SIOCSIFTXQLEN, &ifr);
	(void)close(fd);
	return r;
}

/* 0, -1 errno; ifr is what was made. */
static int
tun_attach(int fd, const char *name, int linktype, struct ifreq *ifr)
{
	unsigned features = 0;
	int flags = linktype == LINK_RAW ? IFF_TUN : IFF_TAP;

	(void)ioctl(fd, TUNGETFEATURES, &features);
	flags |= IFF_NO_PI | (int)(features & IFF_VNET_HDR);
	memset(ifr, 0, sizeof(*ifr));
	(void)snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s",
	    name[0] != '\0' ? name : TEMPLATE);
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

/* It goes with its descriptor, or is the user's. */
void
tap_release(void)
{
}

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ifstate_bsd.h"

static bool
has_carrier(const struct if_data *data)
{
#ifdef LINK_STATE_IS_UP /* OpenBSD: half and full duplex are states, too */
	return LINK_STATE_IS_UP(data->ifi_link_state);
#else
	return data->ifi_link_state != LINK_STATE_DOWN;
#endif
}

bool
ifstate_take(const struct ifaddrs *ifa, const char *ifname, struct ifstate *out)
{
	const struct sockaddr_dl *sdl = (const void *)ifa->ifa_addr;
	size_t at;

	if (sdl == NULL || sdl->sdl_family != AF_LINK ||
	    ifa->ifa_data == NULL || strcmp(ifa->ifa_name, ifname) != 0)
		return false;
	memset(out, 0, sizeof(*out));
	out->up = (ifa->ifa_flags & IFF_UP) != 0;
	out->loopback = (ifa->ifa_flags & IFF_LOOPBACK) != 0;
	out->carrier = has_carrier(ifa->ifa_data);
	at = offsetof(struct sockaddr_dl, sdl_data) + sdl->sdl_nlen;
	out->have_mac = sdl->sdl_alen == 6 && at + 6 <= sdl->sdl_len;
	if (out->have_mac)
		memcpy(out->mac, (const uint8_t *)sdl + at, sizeof(out->mac));
	return true;
}

int
ifstate_read(const char *ifname, struct ifstate *out)
{
	struct ifaddrs *list, *ifa;

	if (getifaddrs(&list) == -1)
		return -1;
	for (ifa = list; ifa != NULL; ifa = ifa->ifa_next)
		if (ifstate_take(ifa, ifname, out))
			break;
	freeifaddrs(list);
	if (ifa != NULL)
		return 0;
	errno = ENODEV;
	return -1;
}

#if defined(__FreeBSD__) || defined(__OpenBSD__)
static bool
joins(int fd, struct ifreq *ifr)
{
#ifdef __FreeBSD__
	return ioctl(fd, SIOCGIFCAP, ifr) == 0 &&
	    (ifr->ifr_curcap & IFCAP_LRO) != 0;
#else
	return ioctl(fd, SIOCGIFXFLAGS, ifr) == 0 &&
	    (ifr->ifr_flags & IFXF_LRO) != 0;
#endif
}

const char *
ifstate_joins(const char *ifname)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool on;

	if (fd == -1)
		return NULL;
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	on = joins(fd, &ifr);
	(void)close(fd);
#ifdef __FreeBSD__
	return on ? "ifconfig %s -lro" : NULL;
#else
	return on ? "ifconfig %s -tcplro" : NULL;
#endif
}
#else
const char *
ifstate_joins(const char *ifname)
{
	(void)ifname;
	return NULL;
}
#endif

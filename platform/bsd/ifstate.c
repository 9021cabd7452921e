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

#include "ifstate.h"

static bool
has_carrier(const struct if_data *data)
{
#ifdef LINK_STATE_IS_UP /* OpenBSD: half and full duplex are states, too */
	return LINK_STATE_IS_UP(data->ifi_link_state);
#else
	return data->ifi_link_state != LINK_STATE_DOWN;
#endif
}

/* An entry of this interface with a link address; NULL: it is another one. */
static const struct sockaddr_dl *
link_of(const struct ifaddrs *ifa, const char *ifname)
{
	const struct sockaddr_dl *sdl = (const void *)ifa->ifa_addr;

	return sdl != NULL && sdl->sdl_family == AF_LINK &&
		strcmp(ifa->ifa_name, ifname) == 0 ?
	    sdl :
	    NULL;
}

/* NULL: it has none, or none of Ethernet. */
static const uint8_t *
mac_of(const struct sockaddr_dl *sdl)
{
	size_t at = offsetof(struct sockaddr_dl, sdl_data) + sdl->sdl_nlen;

	return sdl->sdl_alen == 6 && at + 6 <= sdl->sdl_len ?
	    (const uint8_t *)sdl + at :
	    NULL;
}

#ifdef __NetBSD__
/* sys/net/link_proto.c, link_control(): only a whole address is looked up. */
static bool
mac_is_active(int fd, const char *ifname, const uint8_t mac[6])
{
	struct if_laddrreq r;
	struct sockaddr_dl *sdl = (void *)&r.addr;

	memset(&r, 0, sizeof(r));
	(void)snprintf(r.iflr_name, sizeof(r.iflr_name), "%s", ifname);
	r.flags = IFLR_PREFIX;
	r.prefixlen = 48;
	sdl->sdl_len = sizeof(*sdl);
	sdl->sdl_family = AF_LINK;
	sdl->sdl_alen = 6;
	memcpy(sdl->sdl_data, mac, 6);
	return ioctl(fd, SIOCGLIFADDR, &r) == 0 && (r.flags & IFLR_ACTIVE) != 0;
}

/*
 * An interface has every address that it was ever given, and the list does not
 * say which of them it uses.
 */
static const uint8_t *
mac_active(const struct ifaddrs *list, const char *ifname)
{
	int fd = socket(AF_LINK, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const struct sockaddr_dl *sdl;
	const uint8_t *mac = NULL;

	if (fd == -1)
		return NULL;
	for (; list != NULL && mac == NULL; list = list->ifa_next)
		if ((sdl = link_of(list, ifname)) != NULL &&
		    (mac = mac_of(sdl)) != NULL &&
		    !mac_is_active(fd, ifname, mac))
			mac = NULL;
	(void)close(fd);
	return mac;
}
#else
static const uint8_t *
mac_active(const struct ifaddrs *list, const char *ifname)
{
	(void)list;
	(void)ifname;
	return NULL;
}
#endif

static void
ifstate_fill(struct ifstate *out, const struct ifaddrs *ifa, const uint8_t *mac)
{
	memset(out, 0, sizeof(*out));
	out->up = (ifa->ifa_flags & IFF_UP) != 0;
	out->loopback = (ifa->ifa_flags & IFF_LOOPBACK) != 0;
	out->carrier = has_carrier(ifa->ifa_data);
	out->have_mac = mac != NULL;
	if (mac != NULL)
		memcpy(out->mac, mac, sizeof(out->mac));
}

const struct ifaddrs *
ifstate_find(const struct ifaddrs *list, const char *ifname,
    struct ifstate *out)
{
	const struct ifaddrs *ifa, *found = NULL;
	const uint8_t *mac = NULL, *active;
	const struct sockaddr_dl *sdl;
	int nmacs = 0;

	for (ifa = list; ifa != NULL; ifa = ifa->ifa_next) {
		if ((sdl = link_of(ifa, ifname)) == NULL)
			continue;
		nmacs += mac_of(sdl) != NULL;
		if (found == NULL && ifa->ifa_data != NULL) {
			found = ifa;
			mac = mac_of(sdl);
		}
	}
	if (found == NULL)
		return NULL;
	if (nmacs > 1 && (active = mac_active(list, ifname)) != NULL)
		mac = active;
	ifstate_fill(out, found, mac);
	return found;
}

int
ifstate_read(const char *ifname, struct ifstate *out)
{
	struct ifaddrs *list;
	bool found;

	if (getifaddrs(&list) == -1)
		return -1;
	found = ifstate_find(list, ifname, out) != NULL;
	freeifaddrs(list);
	errno = ENODEV;
	return found ? 0 : -1;
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

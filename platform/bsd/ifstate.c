/* SPDX-License-Identifier: ISC */
/*
 * Addresses as the BSDs list them.  Differences from Linux:
 *
 *  - only a point-to-point interface has peers, and its route is to the peer
 *    alone, whatever the mask says (sys/netinet/in.c);
 *  - masks are cut after their last byte that is not zero: only sa_len bytes
 *    are valid (sys/netinet/in.c, in_socktrim());
 *  - a link-local address may have its interface's index in its second word
 *    (KAME; FreeBSD, sysctl net.inet6.ip6.deembed_scopeid).
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <netinet/in.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/interface.h"
#include "ifstate.h"
#include "privilege/platform.h"

static bool
has_carrier(const struct if_data *data)
{
#ifdef LINK_STATE_IS_UP /* OpenBSD: half and full duplex are states, too */
	return LINK_STATE_IS_UP(data->ifi_link_state);
#else
	return data->ifi_link_state != LINK_STATE_DOWN;
#endif
}

/* NetBSD's struct if_data has no such counter: see netbsd/tap.c. */
static uint64_t
drops_of(const struct if_data *data)
{
#ifdef __NetBSD__
	(void)data;
	return 0;
#else
	return data->ifi_oqdrops;
#endif
}

/* The link address, if this is such an entry of the interface; else NULL. */
static const struct sockaddr_dl *
link_of(const struct ifaddrs *ifa, const char *ifname)
{
	const struct sockaddr_dl *sdl = (const void *)ifa->ifa_addr;

	return sdl != NULL && sdl->sdl_family == AF_LINK &&
		strcmp(ifa->ifa_name, ifname) == 0 ?
	    sdl :
	    NULL;
}

/* The MAC; NULL: there is none. */
static const uint8_t *
mac_of(const struct sockaddr_dl *sdl)
{
	size_t at = offsetof(struct sockaddr_dl, sdl_data) + sdl->sdl_nlen;

	return sdl->sdl_alen == 6 && at + 6 <= sdl->sdl_len ?
	    (const uint8_t *)sdl + at :
	    NULL;
}

#ifdef __NetBSD__
/* The kernel finds only whole ones (sys/net/link_proto.c, link_control()). */
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
 * The list has each link address that the interface ever had.  Returns the one
 * in use; NULL: unknown.
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
interface_look(const char *ifname, struct interface_look *out)
{
	const struct ifaddrs *found;
	struct ifaddrs *list;
	struct ifstate s;

	if (getifaddrs(&list) == -1)
		return -1;
	memset(out, 0, sizeof(*out));
	if ((found = ifstate_find(list, ifname, &s)) != NULL) {
		out->up = s.up;
		out->carrier = s.carrier;
		out->loopback = s.loopback;
		out->have_mac = s.have_mac;
		memcpy(out->mac, s.mac, sizeof(out->mac));
		out->dropped = drops_of(found->ifa_data);
	}
	freeifaddrs(list);
	errno = ENODEV;
	return found != NULL ? 0 : -1;
}

uint16_t
ifstate_mask(const struct sockaddr *mask, int family)
{
	const uint8_t *bytes = (const uint8_t *)mask;
	size_t i = offsetof(struct sockaddr_in, sin_addr), end = i + 4;
	uint16_t bits = 0;
	uint8_t byte;

	if (family == AF_INET6) {
		i = offsetof(struct sockaddr_in6, sin6_addr);
		end = i + 16;
	}
	for (; i < end && i < mask->sa_len; i++) {
		for (byte = bytes[i]; (byte & 0x80) != 0; byte <<= 1)
			bits++;
		if (bytes[i] != 0xff)
			break;
	}
	return bits;
}

bool
ifstate_sockaddr(const struct sockaddr *sa, struct addr *out)
{
	static const uint8_t zero[16];
	const struct sockaddr_in *sin = (const void *)sa;
	const struct sockaddr_in6 *sin6 = (const void *)sa;

	memset(out, 0, sizeof(*out));
	if (sa == NULL)
		return false;
	if (sa->sa_family == AF_INET) {
		out->addr_type = ADDR_TYPE_IP;
		out->addr_bits = 32;
		memcpy(out->addr_data8, &sin->sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		out->addr_type = ADDR_TYPE_IP6;
		out->addr_bits = 128;
		memcpy(out->addr_data8, &sin6->sin6_addr, 16);
		if (IN6_IS_ADDR_LINKLOCAL(&sin6->sin6_addr))
			memset(out->addr_data8 + 2, 0, 2);
	}
	return memcmp(out->addr_data8, zero, sizeof(zero)) != 0;
}

static void
read_other(struct param_addr *a, const struct ifaddrs *ifa)
{
	if (!ifstate_sockaddr(ifa->ifa_dstaddr, &a->other) ||
	    a->other.addr_type != a->addr.addr_type ||
	    addr_same(&a->addr, &a->other))
		a->kind = PARAM_NONE;
	else if ((ifa->ifa_flags & IFF_POINTOPOINT) != 0)
		a->kind = PARAM_PEER;
	else if ((ifa->ifa_flags & IFF_BROADCAST) != 0 &&
	    a->addr.addr_type == ADDR_TYPE_IP)
		a->kind = PARAM_BROADCAST;
	if (a->kind == PARAM_NONE)
		memset(&a->other, 0, sizeof(a->other));
}

bool
ifstate_addr(const struct ifaddrs *ifa, int family, struct param_addr *out)
{
	memset(out, 0, sizeof(*out));
	if (ifa->ifa_addr == NULL || ifa->ifa_addr->sa_family != family ||
	    !ifstate_sockaddr(ifa->ifa_addr, &out->addr))
		return false;
	read_other(out, ifa);
	if (out->kind != PARAM_PEER && ifa->ifa_netmask != NULL)
		out->addr.addr_bits = ifstate_mask(ifa->ifa_netmask, family);
	return true;
}

const char *
ifstate_joins(const char *ifname)
{
#if defined(__FreeBSD__)
	struct ifreq ifr = { 0 };

	return interface_ioctl(ifname, SIOCGIFCAP, &ifr) == 0 &&
		(ifr.ifr_curcap & IFCAP_LRO) != 0 ?
	    "ifconfig %s -lro" :
	    NULL;
#elif defined(__OpenBSD__)
	struct ifreq ifr = { 0 };

	return interface_ioctl(ifname, SIOCGIFXFLAGS, &ifr) == 0 &&
		(ifr.ifr_flags & IFXF_LRO) != 0 ?
	    "ifconfig %s -tcplro" :
	    NULL;
#else
	(void)ifname;
	return NULL;
#endif
}

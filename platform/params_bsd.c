/*
 * How parameters are read on the BSDs: all from getifaddrs(3).  What there is
 * different from Linux:
 *
 *  - only a point-to-point interface has peers, and its route is to the peer
 *    alone, whatever the mask says (sys/netinet/in.c);
 *  - masks are cut after their last byte that is not zero: sa_len counts
 *    (sys/netinet/in.c, in_socktrim());
 *  - a link-local address may have its interface's index in its second word
 *    (KAME; FreeBSD, sysctl net.inet6.ip6.deembed_scopeid).
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#ifndef __FreeBSD__ /* in_var.h has it there */
#include <netinet6/in6_var.h>
#endif
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ifstate_bsd.h"
#include "params.h"
#include "port.h"

/*
 * What a tap and a tun take.  FreeBSD, net/if_tap.h and if_tun.h: a write of
 * 65535 bytes, a tap's with its header.  OpenBSD, net/if_tun.h: TUNMRU for
 * both.  NetBSD, sys/net/if_ethersubr.c: ETHERMTU_JUMBO; if_tun.h: TUNMTU.
 */
#if defined(__FreeBSD__)
#define TAP_MTU_MAX (65535 - 14)
#define TUN_MTU_MAX 65535
#elif defined(__OpenBSD__)
#define TAP_MTU_MAX 16384
#define TUN_MTU_MAX 16384
#else
#define TAP_MTU_MAX 9000
#define TUN_MTU_MAX 1500
#endif

/* An OpenBSD bridge is the one Ethernet interface without an address. */
static int
link_type(const struct sockaddr_dl *sdl)
{
	if (sdl->sdl_alen == 6 || sdl->sdl_type == IFT_BRIDGE)
		return LINK_ETHERNET;
	return sdl->sdl_alen == 0 ? LINK_RAW : LINK_ANY;
}

/* The interface itself. */
static void
read_link(struct params *p, const struct ifaddrs *ifa, const struct ifstate *s)
{
	const struct if_data *data = ifa->ifa_data;

	(void)snprintf(p->name, sizeof(p->name), "%.15s", ifa->ifa_name);
	p->linktype = link_type((const void *)ifa->ifa_addr);
	p->flags = (s->up ? PARAM_UP : 0) | (s->carrier ? PARAM_RUNNING : 0);
	p->mtu = (uint32_t)data->ifi_mtu;
	p->have_mtu = true;
	if (p->linktype != LINK_ANY)
		p->mtu_max = p->linktype == LINK_RAW ? TUN_MTU_MAX :
						       TAP_MTU_MAX;
	p->have_mac = s->have_mac;
	memcpy(p->mac, s->mac, sizeof(p->mac));
}

/* How many bits of the mask are set; of what is cut off none is. */
static uint16_t
mask_bits(const struct sockaddr *mask, size_t from, size_t size)
{
	const uint8_t *bytes = (const uint8_t *)mask;
	uint16_t bits = 0;
	uint8_t byte;
	size_t i;

	for (i = from; i < from + size && i < mask->sa_len; i++) {
		for (byte = bytes[i]; (byte & 0x80) != 0; byte <<= 1)
			bits++;
		if (bytes[i] != 0xff)
			break;
	}
	return bits;
}

/* False: there is none. */
static bool
read_sockaddr(const struct sockaddr *sa, struct addr *out)
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
	if (!read_sockaddr(ifa->ifa_dstaddr, &a->other) ||
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

/* An address of this family; false: it is none. */
static bool
read_addr(const struct ifaddrs *ifa, int family, struct param_addr *out)
{
	bool ip4 = family == AF_INET;

	memset(out, 0, sizeof(*out));
	if (ifa->ifa_addr == NULL || ifa->ifa_addr->sa_family != family ||
	    !read_sockaddr(ifa->ifa_addr, &out->addr))
		return false;
	read_other(out, ifa);
	if (out->kind != PARAM_PEER && ifa->ifa_netmask != NULL)
		out->addr.addr_bits = mask_bits(ifa->ifa_netmask,
		    ip4 ? offsetof(struct sockaddr_in, sin_addr) :
			  offsetof(struct sockaddr_in6, sin6_addr),
		    ip4 ? 4 : 16);
	return true;
}

/* Whether duplicate address detection has found somebody who has it. */
static bool
addr_is_taken(const struct ifaddrs *ifa, const struct addr *a)
{
#ifdef __NetBSD__ /* of IPv4, too */
	return (ifa->ifa_addrflags &
		   (a->addr_type == ADDR_TYPE_IP ? IN_IFF_DUPLICATED :
						   IN6_IFF_DUPLICATED)) != 0;
#else
	struct in6_ifreq ifr;
	bool taken;
	int fd;

	if (a->addr_type == ADDR_TYPE_IP)
		return false;
	memset(&ifr, 0, sizeof(ifr));
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifa->ifa_name);
	ifr.ifr_addr.sin6_len = sizeof(ifr.ifr_addr);
	ifr.ifr_addr.sin6_family = AF_INET6;
	memcpy(&ifr.ifr_addr.sin6_addr, a->addr_data8, 16);
	if ((fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return false;
	taken = ioctl(fd, SIOCGIFAFLAG_IN6, &ifr) == 0 &&
	    (ifr.ifr_ifru.ifru_flags6 & IN6_IFF_DUPLICATED) != 0;
	(void)close(fd);
	return taken;
#endif
}

static void
read_addrs(struct params *p, const struct ifaddrs *list, int family)
{
	const struct ifaddrs *ifa;
	struct param_addr a;

	for (ifa = list; ifa != NULL && p->naddrs < PARAMS_ADDRS;
	     ifa = ifa->ifa_next)
		if (strcmp(ifa->ifa_name, p->name) == 0 &&
		    read_addr(ifa, family, &a) && !addr_is_taken(ifa, &a.addr))
			p->addrs[p->naddrs++] = a;
}

int
params_read(const char *ifname, struct params *out)
{
	const struct ifaddrs *link;
	struct ifaddrs *list;
	struct ifstate state;

	memset(out, 0, sizeof(*out));
	if (getifaddrs(&list) == -1)
		return -1;
	if ((link = ifstate_find(list, ifname, &state)) != NULL) {
		read_link(out, link, &state);
		read_addrs(out, list, AF_INET);
		read_addrs(out, list, AF_INET6);
		out->have_addrs = true;
	}
	freeifaddrs(list);
	errno = ENODEV;
	return out->have_mtu ? 0 : -1;
}

/* False: there is no room. */
static bool
local_put(struct params_local *out, const struct addr *a, const char *name)
{
	if (out->n >= (int)(sizeof(out->at) / sizeof(out->at[0])))
		return false;
	out->at[out->n].addr = *a;
	(void)snprintf(out->at[out->n].name, sizeof(out->at[out->n].name),
	    "%.15s", name);
	out->n++;
	return true;
}

static bool
local_take(struct params_local *out, const struct ifaddrs *ifa)
{
	struct param_addr a;

	if (!read_addr(ifa, AF_INET, &a) && !read_addr(ifa, AF_INET6, &a))
		return true;
	return local_put(out, &a.addr, ifa->ifa_name) &&
	    (a.kind != PARAM_PEER || local_put(out, &a.other, ifa->ifa_name));
}

int
params_local(const char *but, struct params_local *out)
{
	struct ifaddrs *list, *ifa;
	bool fits = true;

	memset(out, 0, sizeof(*out));
	if (getifaddrs(&list) == -1)
		return -1;
	for (ifa = list; ifa != NULL && fits; ifa = ifa->ifa_next)
		if (but == NULL || strcmp(ifa->ifa_name, but) != 0)
			fits = local_take(out, ifa);
	freeifaddrs(list);
	errno = EOVERFLOW;
	return fits ? 0 : -1;
}

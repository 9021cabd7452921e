/* SPDX-License-Identifier: ISC */
/*
 * Interface parameters on the BSDs.  libdnet reads them.  getifaddrs(3) adds
 * what libdnet does not know (link type, whether the link is running, largest
 * MTU) and corrects the MAC and the addresses (libdnet.c lists their errors).
 * Later changes are made by ioctls, one for each change.
 *
 * Differences from Linux when an address is set:
 *
 *  - it raises its interface (FreeBSD and OpenBSD, SIOCSIFADDR in
 *    sys/net/if_ethersubr.c and if_tun.c; NetBSD, SIOCINITIFADDR there): we
 * take down again one that was down.  That empties its send queue, with the
 *    announcements of the address (FreeBSD, sys/net/if.c, if_unroute()), and
 *    while an interface is down the kernel does not look for duplicates
 *    (OpenBSD, in6if_do_dad(); NetBSD, if_do_dad());
 *  - only a point-to-point interface has peers.  A request has one field for
 *    broadcast address and peer; the kind of interface decides which it is;
 *  - on FreeBSD a point-to-point interface has no IPv4 address without a peer
 *    (sys/netinet/in.c: EDESTADDRREQ): without one the address is its own peer;
 *  - a peer is one host: its IPv6 prefix length must be 128
 *    (sys/netinet6/in6.c: EINVAL), and we set IPv4 alike;
 *  - an address replaces an equal one with other mask, broadcast or peer;
 *  - no request can leave out the look for duplicates (sys/netinet6/in6.c:
 *    IN6_IFF_NODAD is refused, or there is none);
 *  - a link-local address needs no index of its interface: the kernel adds it.
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

#include "../common/interface.h"
#include "../common/libdnet.h"
#include "ifstate.h"
#include "frame/packet.h"
#include "port/params.h"
#include "port/port.h"

/*
 * The largest MTU of a tap and a tun.  FreeBSD, net/if_tap.h and if_tun.h: a
 * write of 65535 bytes, a tap's with its header.  OpenBSD, net/if_tun.h: TUNMRU
 * for both.  NetBSD, sys/net/if_ethersubr.c: ETHERMTU_JUMBO; if_tun.h: TUNMTU.
 */
#if defined(__FreeBSD__)
#define TAP_MTU_MAX (MTU_MAX - ETHER_HEAD)
#define TUN_MTU_MAX MTU_MAX
#elif defined(__OpenBSD__)
#define TAP_MTU_MAX 16384
#define TUN_MTU_MAX 16384
#else
#define TAP_MTU_MAX 9000
#define TUN_MTU_MAX 1500
#endif

#define LIFETIME 0xffffffff /* ND6_INFINITE_LIFETIME */

_Static_assert(sizeof(struct in_aliasreq) == sizeof(struct ifaliasreq),
    "SIOCAIFADDR takes both");

/* An OpenBSD bridge is the one Ethernet interface without a MAC. */
static int
link_type(const struct sockaddr_dl *sdl)
{
	if (sdl->sdl_alen == 6 || sdl->sdl_type == IFT_BRIDGE)
		return LINK_ETHERNET;
	return sdl->sdl_alen == 0 ? LINK_RAW : LINK_ANY;
}

/*
 * Corrects the parameters of the interface itself.  libdnet's MAC may be wrong.
 * OpenBSD: there is none, or it is all zero if the interface has no address
 * (SIOCGIFCONF has an empty one then), or em10 has that of em1 (libdnet 1.12).
 * NetBSD: it is the last one in the interface's list, active or not.
 */
static void
link_correct(struct params *p, const struct ifaddrs *ifa,
    const struct ifstate *s)
{
	const struct if_data *data = ifa->ifa_data;

	if (!p->have_mtu) { /* a kernel without IPv6: intf_open() fails */
		(void)snprintf(p->name, sizeof(p->name), "%.15s",
		    ifa->ifa_name);
		p->flags = s->up ? PARAM_UP : 0;
		p->mtu = (uint32_t)data->ifi_mtu;
		p->have_mtu = true;
	}
	if (s->carrier)
		p->flags |= PARAM_RUNNING;
	p->linktype = link_type((const void *)ifa->ifa_addr);
	if (p->linktype != LINK_ANY)
		p->mtu_max = p->linktype == LINK_RAW ? TUN_MTU_MAX :
						       TAP_MTU_MAX;
	p->have_mac = s->have_mac;
	memcpy(p->mac, s->mac, sizeof(p->mac));
}

/* Whether duplicate address detection has found it at another host. */
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

/* told: how many addresses were corrected before.  Returns how many are now. */
static int
addrs_correct(struct params *p, const struct ifaddrs *list, int family,
    int told)
{
	struct param_addr a;

	for (; list != NULL && told < PARAMS_ADDRS; list = list->ifa_next)
		if (strcmp(list->ifa_name, p->name) == 0 &&
		    ifstate_addr(list, family, &a) &&
		    !addr_is_taken(list, &a.addr))
			libdnet_correct(p, told++, &a);
	return told;
}

int
params_read(const char *ifname, struct params *out)
{
	const struct ifaddrs *link;
	struct ifaddrs *list;
	struct ifstate state;
	bool found;
	int told;

	memset(out, 0, sizeof(*out));
	(void)libdnet_read(ifname, out);
	if (getifaddrs(&list) == -1)
		return -1;
	link = ifstate_find(list, ifname, &state);
	found = link != NULL;
	if (found) {
		link_correct(out, link, &state);
		told = addrs_correct(out, list, AF_INET, 0);
		out->naddrs = addrs_correct(out, list, AF_INET6, told);
		out->have_addrs = true;
	}
	freeifaddrs(list);
	errno = ENODEV;
	return found ? 0 : -1;
}

/* Closes fd and keeps errno. */
static int
done(int fd, int result)
{
	int error = errno;

	(void)close(fd);
	errno = error;
	return result;
}

#ifdef __NetBSD__
/*
 * Adds a link address and makes it the active one (sys/net/link_proto.c,
 * link_control()).  The one before stays in the list.
 */
static int
set_mac(const char *ifname, const uint8_t mac[6])
{
	struct if_laddrreq r;
	struct sockaddr_dl *sdl = (void *)&r.addr;
	int fd;

	memset(&r, 0, sizeof(r));
	(void)snprintf(r.iflr_name, sizeof(r.iflr_name), "%s", ifname);
	r.flags = IFLR_ACTIVE;
	sdl->sdl_len = sizeof(*sdl);
	sdl->sdl_family = AF_LINK;
	sdl->sdl_alen = 6;
	memcpy(sdl->sdl_data, mac, 6);
	if ((fd = socket(AF_LINK, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	return done(fd, ioctl(fd, SIOCALIFADDR, &r));
}
#else
/* The kernel checks the length, but not the family (sys/net/if.c). */
static int
set_mac(const char *ifname, const uint8_t mac[6])
{
	struct ifreq ifr = { 0 };

	ifr.ifr_addr.sa_len = 6;
	ifr.ifr_addr.sa_family = AF_LINK;
	memcpy(ifr.ifr_addr.sa_data, mac, 6);
	return interface_ioctl(ifname, SIOCSIFLLADDR, &ifr);
}
#endif

static void
mask_set(uint8_t *bytes, unsigned bits)
{
	for (; bits >= 8; bits -= 8)
		*bytes++ = 0xff;
	if (bits > 0)
		*bytes = (uint8_t)(0xff00 >> bits);
}

static void
sin_set(struct sockaddr_in *sin, const struct addr *a)
{
	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	memcpy(&sin->sin_addr, a->addr_data8, 4);
}

static void
sin6_set(struct sockaddr_in6 *sin6, const struct addr *a)
{
	sin6->sin6_len = sizeof(*sin6);
	sin6->sin6_family = AF_INET6;
	memcpy(&sin6->sin6_addr, a->addr_data8, 16);
}

static int
add_ip4(int fd, const struct ifreq *ifr, const struct param_addr *a)
{
	bool p2p = (ifr->ifr_flags & IFF_POINTOPOINT) != 0;
	struct in_aliasreq r;

	memset(&r, 0, sizeof(r));
	memcpy(r.ifra_name, ifr->ifr_name, sizeof(r.ifra_name));
	sin_set(&r.ifra_addr, &a->addr);
	r.ifra_mask.sin_len = sizeof(r.ifra_mask);
	r.ifra_mask.sin_family = AF_INET;
	mask_set((uint8_t *)&r.ifra_mask.sin_addr,
	    a->kind == PARAM_PEER ? 32 : a->addr.addr_bits);
	if (a->kind == (p2p ? PARAM_PEER : PARAM_BROADCAST))
		sin_set(&r.ifra_dstaddr, &a->other);
#ifdef __FreeBSD__
	else if (p2p)
		sin_set(&r.ifra_dstaddr, &a->addr);
#endif
	return ioctl(fd, SIOCAIFADDR, &r);
}

static int
add_ip6(int fd, const struct ifreq *ifr, const struct param_addr *a)
{
	struct in6_aliasreq r;

	memset(&r, 0, sizeof(r));
	memcpy(r.ifra_name, ifr->ifr_name, sizeof(r.ifra_name));
	sin6_set(&r.ifra_addr, &a->addr);
	r.ifra_prefixmask.sin6_len = sizeof(r.ifra_prefixmask);
	r.ifra_prefixmask.sin6_family = AF_INET6;
	mask_set((uint8_t *)&r.ifra_prefixmask.sin6_addr,
	    a->kind == PARAM_PEER ? 128 : a->addr.addr_bits);
	if (a->kind == PARAM_PEER)
		sin6_set(&r.ifra_dstaddr, &a->other);
	r.ifra_lifetime.ia6t_vltime = r.ifra_lifetime.ia6t_pltime = LIFETIME;
	return ioctl(fd, SIOCAIFADDR_IN6, &r);
}

/* Opens a socket for addresses of this family. */
static int
addr_socket(const struct addr *a)
{
	bool ip4 = a->addr_type == ADDR_TYPE_IP;
	int fd;

	fd = socket(ip4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 && errno == EPROTONOSUPPORT)
		errno = EAFNOSUPPORT; /* a kernel without IPv6 */
	return fd;
}

static int
add_addr(const char *ifname, const struct param_addr *a)
{
	struct ifreq ifr = { 0 };
	int fd, result, error;

	if (interface_ioctl(ifname, SIOCGIFFLAGS, &ifr) == -1)
		return -1;
	if (a->kind == PARAM_PEER && (ifr.ifr_flags & IFF_POINTOPOINT) == 0) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if ((fd = addr_socket(&a->addr)) == -1)
		return -1;
	result = a->addr.addr_type == ADDR_TYPE_IP ? add_ip4(fd, &ifr, a) :
						     add_ip6(fd, &ifr, a);
	error = errno;
	if ((ifr.ifr_flags & IFF_UP) == 0) /* a refused one may raise it, too */
		(void)ioctl(fd, SIOCSIFFLAGS, &ifr);
	errno = error;
	return done(fd, result);
}

/* Succeeds if the address is gone already. */
static int
remove_addr(const char *ifname, const struct param_addr *a)
{
	struct ifreq ifr = { 0 };
	struct in6_ifreq ifr6;
	int fd, result;

	memset(&ifr6, 0, sizeof(ifr6));
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	memcpy(ifr6.ifr_name, ifr.ifr_name, sizeof(ifr6.ifr_name));
	if ((fd = addr_socket(&a->addr)) == -1)
		return -1;
	if (a->addr.addr_type == ADDR_TYPE_IP) {
		sin_set((struct sockaddr_in *)(void *)&ifr.ifr_addr, &a->addr);
		result = ioctl(fd, SIOCDIFADDR, &ifr);
	} else {
		sin6_set(&ifr6.ifr_addr, &a->addr);
		result = ioctl(fd, SIOCDIFADDR_IN6, &ifr6);
	}
	if (result == -1 && errno == EADDRNOTAVAIL)
		result = 0;
	return done(fd, result);
}

const char *const params_no_ip6 = "this kernel has none";

int
params_apply(const char *ifname, const struct param_change *change)
{
	if (strlen(ifname) >= IFNAMSIZ) {
		errno = ENODEV;
		return -1;
	}
	switch (change->what) {
	case PARAM_SET_MAC:
		return set_mac(ifname, change->mac);
	case PARAM_SET_MTU:
		return interface_set_mtu(ifname, change->mtu);
	case PARAM_ADD_ADDR:
		return add_addr(ifname, &change->addr);
	case PARAM_DEL_ADDR:
		return remove_addr(ifname, &change->addr);
	case PARAM_SET_SPEED: /* a tap has none */
		errno = EOPNOTSUPP;
		return -1;
	case PARAM_SET_UP:
		return interface_set_up(ifname, true);
	case PARAM_SET_FIRST:
		return libdnet_first(ifname, change, true);
	case PARAM_DONE:
		break;
	}
	errno = EINVAL;
	return -1;
}

/* doll_acquire() has given the doll its description, on OpenBSD and NetBSD. */
int
params_label(const char *ifname, const char *text)
{
	(void)ifname;
	(void)text;
	return 0;
}

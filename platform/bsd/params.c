/*
 * How parameters are read on the BSDs: all from getifaddrs(3).
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

#include "ifaddr.h"
#include "ifstate.h"
#include "frame/packet.h"
#include "port/params.h"
#include "port/port.h"

/*
 * What a tap and a tun take.  FreeBSD, net/if_tap.h and if_tun.h: a write of
 * 65535 bytes, a tap's with its header.  OpenBSD, net/if_tun.h: TUNMRU for
 * both.  NetBSD, sys/net/if_ethersubr.c: ETHERMTU_JUMBO; if_tun.h: TUNMTU.
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
		    ifaddr_read(ifa, family, &a) &&
		    !addr_is_taken(ifa, &a.addr))
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

/* SPDX-License-Identifier: ISC */
/*
 * An interface's link type, by its hardware type (ARPHRD_*), and its speed, by
 * ethtool(8)'s ioctl.
 *
 * Tunnels.  To a packet(7) socket, frames of IP over IP, VTI, SIT and GRE begin
 * with the inner IP header in both directions, as those of tun(4) and WireGuard
 * do.  But in a GRE tunnel without a remote address, or with a multicast one,
 * the outer header is the link header, which says where a packet goes (Linux,
 * net/ipv4/ip_gre.c, ipgre_tunnel_init(), net/ipv6/ip6_gre.c,
 * ip6gre_tunnel_init()): such a tunnel cannot be carried.
 *
 * Loopback has Ethernet headers, but hears its own frames again.
 *
 * The speed of a tap is a number that others read and nothing depends on
 * (Linux, drivers/net/tun.c, tun_set_link_ksettings(), since 4.20).
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/if_tunnel.h>
#include <linux/ip6_tunnel.h>
#include <linux/sockios.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../common/interface.h"
#include "link.h"
#include "port/params.h"
#include "port/port.h"

/* Some systems' headers lack these. */
#define HW_RAWIP  519 /* ARPHRD_RAWIP: Linux 4.14 */
#define HW_IP6GRE 823 /* ARPHRD_IP6GRE */

int
link_type(unsigned hatype)
{
	switch (hatype) {
	case ARPHRD_ETHER:
		return LINK_ETHERNET;
	case ARPHRD_PPP:
	case ARPHRD_NONE:
	case ARPHRD_TUNNEL: /* IP over IPv4, VTI */
	case ARPHRD_TUNNEL6: /* IP over IPv6, VTI6 */
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
	case HW_IP6GRE:
	case HW_RAWIP:
		return LINK_RAW;
	default:
		return LINK_ANY;
	}
}

static bool
tunnel_read(int fd, const char *ifname, void *parameters)
{
	struct ifreq ifr = { 0 };

	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	ifr.ifr_data = parameters;
	return ioctl(fd, SIOCGETTUNNEL, &ifr) == 0;
}

static bool
gre_has_remote(int fd, const char *ifname)
{
	struct ip_tunnel_parm p = { 0 };

	return tunnel_read(fd, ifname, &p) && p.iph.daddr != 0 &&
	    !IN_MULTICAST(ntohl(p.iph.daddr));
}

static bool
gre6_has_remote(int fd, const char *ifname)
{
	struct ip6_tnl_parm2 p = { 0 };

	return tunnel_read(fd, ifname, &p) &&
	    !IN6_IS_ADDR_UNSPECIFIED(&p.raddr);
}

int
link_carries(int fd, const char *ifname, unsigned hatype)
{
	if ((hatype == ARPHRD_IPGRE && !gre_has_remote(fd, ifname)) ||
	    (hatype == HW_IP6GRE && !gre6_has_remote(fd, ifname)))
		return LINK_ANY;
	return link_type(hatype);
}

void
link_reason(unsigned hatype, char *why, size_t size)
{
	if (hatype == ARPHRD_LOOPBACK)
		(void)snprintf(why, size,
		    "a loopback interface hears what it sends");
	else if (hatype == ARPHRD_IPGRE || hatype == HW_IP6GRE)
		(void)snprintf(why, size,
		    "GRE without one fixed remote address has a link header "
		    "of its own, which cannot be carried");
	else
		(void)snprintf(why, size,
		    "link type %u is neither Ethernet nor raw IP", hatype);
}

/* With room for three masks of link modes of 127 words, the largest number. */
union settings {
	struct ethtool_link_settings head;
	__u8 room[sizeof(struct ethtool_link_settings) + 3 * 127 * 4];
};

static int
ethtool(const char *ifname, void *data)
{
	struct ifreq ifr = { .ifr_data = data };

	return interface_ioctl(ifname, SIOCETHTOOL, &ifr);
}

/* The first call finds out how long this kernel's masks are. */
static int
settings_read(const char *ifname, union settings *s)
{
	memset(s, 0, sizeof(*s));
	s->head.cmd = ETHTOOL_GLINKSETTINGS;
	if (ethtool(ifname, s) == -1)
		return -1;
	if (s->head.link_mode_masks_nwords < 0) {
		s->head.cmd = ETHTOOL_GLINKSETTINGS;
		s->head.link_mode_masks_nwords =
		    (__s8)-s->head.link_mode_masks_nwords;
		if (ethtool(ifname, s) == -1)
			return -1;
	}
	return 0;
}

void
link_speed_read(const char *ifname, struct params *out)
{
	union settings s;

	out->speed = 0;
	out->half_duplex = false;
	if (settings_read(ifname, &s) == -1 ||
	    s.head.speed == (__u32)SPEED_UNKNOWN)
		return;
	out->speed = s.head.speed;
	out->half_duplex = s.head.duplex == DUPLEX_HALF;
}

int
link_speed_set(const char *ifname, uint32_t speed, bool half_duplex)
{
	union settings s;

	if (settings_read(ifname, &s) == -1)
		return -1;
	s.head.cmd = ETHTOOL_SLINKSETTINGS;
	s.head.speed = speed;
	s.head.duplex = half_duplex ? DUPLEX_HALF : DUPLEX_FULL;
	return ethtool(ifname, &s);
}

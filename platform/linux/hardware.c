/*
 * Tunnels.  To a packet(7) socket, IP over IP, VTI, SIT and GRE begin with the
 * inner IP header in both directions, as tun(4) and WireGuard do: what is put
 * around it is the tunnel's own affair.  Not so a GRE tunnel that has no remote
 * address, or a multicast one: there the outer header is the link header, which
 * says where a packet goes (Linux, net/ipv4/ip_gre.c, ipgre_tunnel_init(),
 * net/ipv6/ip6_gre.c, ip6gre_tunnel_init()).
 *
 * Loopback has Ethernet headers, but what goes out there comes in.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <linux/if_tunnel.h>
#include <linux/ip6_tunnel.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "hardware.h"
#include "port/port.h"

/* Not in every system's headers. */
#define HW_RAWIP  519 /* ARPHRD_RAWIP: Linux 4.14 */
#define HW_IP6GRE 823 /* ARPHRD_IP6GRE */

int
hardware_linktype(unsigned hatype)
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
hardware_carries(int fd, const char *ifname, unsigned hatype)
{
	if ((hatype == ARPHRD_IPGRE && !gre_has_remote(fd, ifname)) ||
	    (hatype == HW_IP6GRE && !gre6_has_remote(fd, ifname)))
		return LINK_ANY;
	return hardware_linktype(hatype);
}

void
hardware_reason(unsigned hatype, char *why, size_t size)
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

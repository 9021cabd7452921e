/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  Linux accepts a packet for any address of the host,
 * whichever interface it comes in by, and with forwarding on it forwards
 * packets for others.  The doll's settings cannot change that: IPv6 forwards by
 * net.ipv6.conf.all alone, and a later change of ip_forward sets that of each
 * interface.  So a chain of nftables at prerouting drops packets that come in
 * by the doll and are not for one of its own addresses, before the rest of
 * netfilter sees them.  If the doll is a port of a bridge, its packets come in
 * by the bridge, and those of a VLAN on it by the VLAN: the chain does not drop
 * them.  Captures hear everything.
 *
 * The rules know the doll by its index, which a new name does not change and
 * the kernel gives to no other interface.
 */
#include <sys/types.h>
#include <net/if.h>
#include <netinet/in.h> /* before linux/in.h, which netfilter.h brings */
#include <linux/netfilter.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "frame/packet.h"
#include "nft.h"
#include "privilege/platform.h"
#include "system.h"

#define CHAIN	  "prerouting"
#define MULTICAST 0xff /* the first byte of a group's IPv6 address */

/*
 * Sets sysctls for ARP, redirects and source routes, which the chain does not
 * see.  A deaf doll answers no ARP at all.  0; -1 errno: arp_ignore failed.
 */
static int
doll_settings(const char *ifname, bool deaf)
{
	static const struct sysctl all[] = {
		{ "ipv4", "forwarding", "0" },
		{ "ipv4", "arp_announce", "2" },
		{ "ipv4", "accept_redirects", "0" },
		{ "ipv4", "accept_source_route", "0" },
		{ "ipv4", "drop_unicast_in_l2_multicast", "1" },
		{ "ipv6", "forwarding", "0" },
		{ "ipv6", "accept_redirects", "0" },
		{ "ipv6", "accept_source_route", "0" },
		{ "ipv6", "drop_unicast_in_l2_multicast", "1" },
	};
	struct sysctl arp = { "ipv4", "arp_ignore", deaf ? "8" : "1" };

	sysctl_set_all(ifname, all, sizeof(all) / sizeof(all[0]));
	return sysctl_set(ifname, &arp);
}

static void
write_table(struct nft *n, unsigned index, bool deaf)
{
	nft_chain_prerouting(n, CHAIN);
	if (!deaf) {
		nft_rule(n, CHAIN);
		nft_came_by(n, index);
		nft_family(n, NFPROTO_IPV6);
		nft_byte(n, IP6_DST, MULTICAST);
		nft_accept(n);
	}
	nft_rule(n, CHAIN);
	nft_came_by(n, index);
	if (!deaf)
		nft_for_others(n);
	nft_drop(n);
}

int
fence_acquire(unsigned index, bool deaf, char *why, size_t size)
{
	static struct nft n;
	char ifname[IFNAMSIZ];

	why[0] = '\0';
	if (if_indextoname(index, ifname) == NULL) {
		(void)snprintf(why, size, "no such interface");
		return -1;
	}
	if (doll_settings(ifname, deaf) == -1)
		(void)snprintf(why, size,
		    "it answers ARP for every address of this host: "
		    "arp_ignore: %s",
		    strerror(errno));
	if (nft_begin(&n, NFPROTO_INET) == 0) {
		write_table(&n, index, deaf);
		if (nft_commit(&n) == 0)
			return n.fd;
	}
	return nft_fail(&n, "NFT_FIB_INET, or -n NAME", "cap_net_admin", why,
	    size);
}

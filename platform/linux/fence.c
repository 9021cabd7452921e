/*
 * Theory of operation.  Linux takes a packet for any address of the host by
 * whatever interface it comes in, and routes on what is for others where
 * forwarding is on.  Settings of the doll do not change that: IPv6 forwards by
 * net.ipv6.conf.all alone, and ip_forward set later sets each interface's.  So
 * a chain of nftables at prerouting drops what comes in by the doll and is not
 * for one of its own addresses, before netfilter itself has looked at it.
 * Frames of a doll that is a bridge's port come in by the bridge there, and
 * those under a VLAN by that: they are not met.  Nor are captures.
 *
 * The doll is known by its index, which a new name does not change and the
 * kernel does not give away again.
 */
#include <sys/types.h>
#include <net/if.h>
#include <netinet/in.h> /* before linux/in.h, which netfilter.h brings */
#include <linux/netfilter.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "frame/packet.h"
#include "system.h"
#include "nft.h"
#include "privilege/platform.h"

#define CHAIN	  "prerouting"
#define MULTICAST 0xff /* the first byte of a group's IPv6 address */

/*
 * What the chain does not see, ARP, and what the doll should not even be asked
 * for.  A doll that is deaf answers no ARP at all.
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
write_table(struct nft *n, const char *name, unsigned index, bool deaf)
{
	nft_begin(n, NFPROTO_INET, name);
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

static int
fail(int fd, int error, char *why, size_t size)
{
	if (nft_is_lack(error))
		(void)snprintf(why, size,
		    "nftables: %s; it wants Linux 5.12 with NFT_FIB_INET, or "
		    "-n NAME",
		    strerror(error));
	else
		acquire_why(why, size, "nftables", error, "cap_net_admin",
		    NULL);
	if (fd != -1)
		(void)close(fd);
	errno = error;
	return -1;
}

int
fence_acquire(unsigned index, bool deaf, char *why, size_t size)
{
	static struct nft n;
	char name[NFT_NAME], ifname[IFNAMSIZ];
	int fd;

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
	if ((fd = nft_socket(name, sizeof(name))) == -1)
		return fail(fd, errno, why, size);
	write_table(&n, name, index, deaf);
	if (nft_commit(&n, fd) == -1)
		return fail(fd, errno, why, size);
	return fd;
}

/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  A chain of nftables at the interface's ingress, after
 * packet sockets have seen the frame and before everything else, drops all
 * frames but those that the session needs:
 *
 *  - TCP between the session's end points, also in later fragments.  The
 *    sender's MAC address of each such frame is learnt: it is a neighbour on
 *    the session's way.  If the session goes by another interface, no address
 *    is ever learnt.
 *  - Frames of such a neighbour that keep the way open: ARP, neighbour
 *    solicitations, PPPoE discovery and control (an unanswered LCP echo ends
 *    a link).
 *  - Frames that get no answer and keep addresses, routes and neighbours valid:
 *    answers to ARP and neighbour solicitations, router advertisements, answers
 *    of DHCP servers, and ICMP's message that a packet was too big.  These may
 *    come from anybody: virtual routers send them from another MAC address than
 *    the session's frames.
 *
 * As in src/filter/filter_own.c, the session may be behind one or two VLAN tags
 * or in PPPoE, and only the addresses of later fragments are known.  That
 * filter follows headers of any length.  Here an IPv4 header must have no
 * options; nobody sends them.
 */
#include <sys/types.h>
#include <netinet/in.h> /* before linux/in.h, which netfilter.h brings */
#include <linux/netfilter.h>
#include <net/if.h>
#include <errno.h>
#include <stdio.h>

#include "filter/filter.h"
#include "frame/packet.h"
#include "nft.h"
#include "port/port.h"
#include "privilege/platform.h"

#define NEIGHBOURS 256 /* learnt MAC addresses at most; others stay unheard */

#define CHAIN	   "ingress"
#define SESSION	   "session"
#define PATH	   "path"

/*
 * The headers that can be between the ethertype that the kernel knows and the
 * packet.  Each has a chain of its own: nft(8) 1.0.6 aborts when it lists a
 * rule that first tests a tag's ethertype and then looks behind the tag.
 */
static const struct wrapping {
	const char *chain;
	uint16_t outer; /* that ethertype; 0: nothing lies between */
	uint16_t ip4, ip6, arp; /* the inner types; 0: there is none */
	uint8_t at; /* where the inner type is */
	uint8_t header; /* where the packet begins */
} wrappings[] = {
	{ CHAIN, 0, TYPE_IP4, TYPE_IP6, TYPE_ARP, 0, 0 },
	{ "tagged", TYPE_VLAN, TYPE_IP4, TYPE_IP6, TYPE_ARP, VLAN_TYPE,
	    VLAN_HEAD },
	{ "pppoe", TYPE_PPPOE, PPP_IP4, PPP_IP6, 0, PPPOE_TYPE, PPPOE_HEAD },
};

/* Offsets and numbers of IPv4 and IPv6. */
static const struct family {
	uint16_t type; /* of struct addr */
	uint8_t proto, src, dst, size; /* size: of an address */
	uint8_t payload;
	uint8_t icmp;
	uint16_t dhcp_server, dhcp_client;
} ip4 = { ADDR_TYPE_IP, IP4_PROTO, IP4_SRC, IP4_DST, IP_ADDR_LEN, IP4_HEAD,
	PROTO_ICMP, DHCP_SERVER, DHCP_CLIENT },
  ip6 = { ADDR_TYPE_IP6, IP6_NEXT, IP6_SRC, IP6_DST, IP6_ADDR_LEN, IP6_HEAD,
	  PROTO_ICMP6, DHCP6_SERVER, DHCP6_CLIENT };

static void
rule(struct nft *n, const struct wrapping *w, uint16_t type)
{
	nft_rule(n, w->chain);
	if (w->outer == 0)
		nft_protocol(n, type);
	else
		nft_word(n, w->at, type);
}

/* Begins a rule for packets of this protocol, behind no other header. */
static void
rule_ip(struct nft *n, const struct wrapping *w, const struct family *f,
    uint8_t proto)
{
	rule(n, w, f == &ip4 ? w->ip4 : w->ip6);
	nft_byte(n, w->header + f->proto, proto);
}

/* ---- the connection ---- */

static void
match_addrs(struct nft *n, const struct wrapping *w, const struct family *f,
    const struct addr *src, const struct addr *dst)
{
	if (src->addr_type != ADDR_TYPE_NONE)
		nft_bytes(n, w->header + f->src, src->addr_data8, f->size);
	if (dst->addr_type != ADDR_TYPE_NONE)
		nft_bytes(n, w->header + f->dst, dst->addr_data8, f->size);
}

static void
add_segments(struct nft *n, const struct wrapping *w, const struct family *f,
    const struct filter_pair *p)
{
	unsigned ports = w->header + f->payload;

	rule_ip(n, w, f, PROTO_TCP);
	match_addrs(n, w, f, &p->src, &p->dst);
	if (p->sport != 0)
		nft_word(n, ports, p->sport);
	if (p->dport != 0)
		nft_word(n, ports + 2, p->dport);
	nft_jump(n, SESSION);
}

static void
add_fragments(struct nft *n, const struct wrapping *w, const struct family *f,
    const struct filter_pair *p)
{
	if (p->src.addr_type == ADDR_TYPE_NONE &&
	    p->dst.addr_type == ADDR_TYPE_NONE)
		return; /* it would accept fragments of all TCP */
	if (f == &ip4) {
		rule_ip(n, w, f, PROTO_TCP);
		nft_bits(n, w->header + IP4_FRAGMENT, IP4_OFFSET);
	} else {
		rule_ip(n, w, f, PROTO_FRAG);
		nft_byte(n, w->header + f->payload, PROTO_TCP);
	}
	match_addrs(n, w, f, &p->src, &p->dst);
	nft_jump(n, SESSION);
}

/* Accepts both directions: either end may be this host's. */
static void
add_pair(struct nft *n, const struct wrapping *w, const struct family *f,
    const struct filter_pair *p)
{
	struct filter_pair back = { p->dst, p->src, p->dport, p->sport };

	add_segments(n, w, f, p);
	add_segments(n, w, f, &back);
	add_fragments(n, w, f, p);
	add_fragments(n, w, f, &back);
}

/* ---- its way ---- */

static void
add_dhcp(struct nft *n, const struct wrapping *w, const struct family *f)
{
	rule_ip(n, w, f, PROTO_UDP);
	nft_word(n, w->header + f->payload, f->dhcp_server);
	nft_word(n, w->header + f->payload + 2, f->dhcp_client);
	nft_accept(n);
}

/* Accepts an ICMP message; learnt: only of neighbours on the session's way. */
static void
add_icmp(struct nft *n, const struct wrapping *w, const struct family *f,
    uint8_t type, uint8_t code, bool learnt)
{
	rule_ip(n, w, f, f->icmp);
	nft_word(n, w->header + f->payload, (uint16_t)(type << 8 | code));
	if (learnt)
		nft_sender_in(n, PATH);
	nft_accept(n);
}

static void
add_way4(struct nft *n, const struct wrapping *w, bool ether)
{
	add_icmp(n, w, &ip4, ICMP_UNREACHABLE, ICMP_FRAGMENT_CODE, false);
	add_dhcp(n, w, &ip4);
	if (!ether || w->arp == 0)
		return;
	rule(n, w, w->arp);
	nft_word(n, w->header + ARP_OP, ARP_REPLY);
	nft_accept(n);
	rule(n, w, w->arp);
	nft_sender_in(n, PATH);
	nft_accept(n);
}

static void
add_way6(struct nft *n, const struct wrapping *w, bool ether)
{
	add_icmp(n, w, &ip6, ICMP6_TOO_BIG, 0, false);
	add_icmp(n, w, &ip6, ICMP6_ROUTER_AD, 0, false);
	add_icmp(n, w, &ip6, ICMP6_NEIGHBOUR_AD, 0, false);
	if (ether)
		add_icmp(n, w, &ip6, ICMP6_SOLICIT, 0, true);
	add_dhcp(n, w, &ip6);
}

/* Accepts PPP's control in the PPPoE session, and PPPoE discovery. */
static void
add_pppoe(struct nft *n)
{
	nft_rule(n, "pppoe");
	nft_bits(n, PPPOE_TYPE, PPP_CONTROL);
	nft_sender_in(n, PATH);
	nft_accept(n);
	nft_rule(n, CHAIN);
	nft_protocol(n, TYPE_PPPOE_D);
	nft_sender_in(n, PATH);
	nft_accept(n);
}

/* ---- all ---- */

static void
add_family(struct nft *n, const struct wrapping *w, const struct family *f,
    bool ether, const struct filter_pair *pairs, int npairs)
{
	bool any = false;
	int i;

	for (i = 0; i < npairs; i++)
		if (filter_pair_may_be(&pairs[i], f->type)) {
			add_pair(n, w, f, &pairs[i]);
			any = true;
		}
	if (any && f == &ip4)
		add_way4(n, w, ether);
	else if (any)
		add_way6(n, w, ether);
}

static void
add_wrapping(struct nft *n, const struct wrapping *w, bool ether,
    const struct filter_pair *pairs, int npairs)
{
	if (w->outer != 0) {
		nft_chain(n, w->chain);
		nft_rule(n, CHAIN);
		nft_protocol(n, w->outer);
		nft_jump(n, w->chain);
	}
	add_family(n, w, &ip4, ether, pairs, npairs);
	add_family(n, w, &ip6, ether, pairs, npairs);
}

static void
add_rules(struct nft *n, bool ether, const struct filter_pair *pairs,
    int npairs)
{
	size_t i, count = sizeof(wrappings) / sizeof(wrappings[0]);

	for (i = 0; i < (ether ? count : 1); i++)
		add_wrapping(n, &wrappings[i], ether, pairs, npairs);
	if (ether)
		add_pppoe(n);
}

static void
write_table(struct nft *n, const char *ifname, bool ether,
    const struct filter_pair *pairs, int npairs)
{
	nft_set(n, PATH, NEIGHBOURS);
	nft_chain(n, SESSION);
	nft_chain_ingress(n, CHAIN, ifname, npairs > 0);
	if (npairs == 0)
		return;
	if (ether) { /* if the set is full, the next rule accepts */
		nft_rule(n, SESSION);
		nft_sender_add(n, PATH);
	}
	nft_rule(n, SESSION);
	nft_accept(n);
	add_rules(n, ether, pairs, npairs);
}

int
exclusive_acquire(const char *ifname, int linktype,
    const struct filter_pair *pairs, int npairs, char *why, size_t size)
{
	static struct nft n;
	int error;

	if (if_nametoindex(ifname) == 0) {
		(void)snprintf(why, size, "no such interface");
		return -1;
	}
	if (nft_begin(&n, NFPROTO_NETDEV) == 0) {
		write_table(&n, ifname, linktype == LINK_ETHERNET, pairs,
		    npairs);
		if (nft_commit(&n) == 0)
			return n.fd;
	}
	error = errno;
	if (if_nametoindex(ifname) == 0)
		error = ENODEV; /* gone meanwhile */
	errno = error;
	return nft_fail(&n, "NF_TABLES_NETDEV", "cap_net_raw,cap_net_admin",
	    why, size);
}

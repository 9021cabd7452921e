/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  The program consists of two, one behind the other.  The
 * second one is the filter of captures, which finds the session behind any
 * header (src/filter/filter_own.c): it drops the frames that a capture would
 * get.  The first one has rules that each end in "not dropped", for frames that
 * keep the session's way open:
 *
 *  - ARP and neighbour solicitations for the connections' addresses (both ends:
 *    either may be this host; all, if both ends are "any"), PPPoE discovery,
 *    and PPP's control;
 *  - frames that get no answer: replies to these, router advertisements,
 *    answers of DHCP servers, and ICMP's message that a packet was too big.
 *
 * These may be in a VLAN or in PPPoE.  IPv4 headers must have no options.  BPF
 * lets a frame through that is too short for a rule's read; no host answers
 * such a frame.
 */
#include <sys/types.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <pcap.h>

#include "../bsd/bpf.h"
#include "bytes.h"
#include "exclusive_filter.h"
#include "frame/packet.h"
#include "port/port.h"

#define ROOM  512 /* instructions of the first program, at most */
#define ADDRS (2 * FILTER_PAIRS)

struct code {
	struct bpf_insn insns[ROOM];
	int n;
	int rule; /* where the present one begins */
};

/* The headers that can be between the frame's beginning and the packet. */
static const struct wrapping {
	uint16_t outer; /* the ethertype; 0: no further header */
	uint8_t at; /* where the inner type is */
	uint16_t ip4, ip6, arp; /* the inner types; 0: there is none */
	uint8_t header; /* where the packet begins */
} wrappings[] = {
	{ 0, ETHER_TYPE, TYPE_IP4, TYPE_IP6, TYPE_ARP, ETHER_HEAD },
	{ TYPE_VLAN, ETHER_HEAD + VLAN_TYPE, TYPE_IP4, TYPE_IP6, TYPE_ARP, ETHER_HEAD + VLAN_HEAD },
	{ TYPE_PPPOE, ETHER_HEAD + PPPOE_TYPE, PPP_IP4, PPP_IP6, 0, ETHER_HEAD + PPPOE_HEAD },
}, raw = { 0, 0, RAW_IP4, RAW_IP6, 0, 0 };

/* ---- rules ---- */

static void
emit(struct code *c, struct bpf_insn insn)
{
	if (c->n < ROOM)
		c->insns[c->n] = insn;
	c->n++;
}

/* A condition: the bytes at this offset, under the mask, have this value. */
static void
want_masked(struct code *c, unsigned bytes, unsigned at, uint32_t mask,
    uint32_t value)
{
	unsigned size = bytes == 4 ? BPF_W : bytes == 2 ? BPF_H : BPF_B;

	emit(c, (struct bpf_insn)BPF_STMT(BPF_LD | BPF_ABS | size, at));
	if (mask != UINT32_MAX)
		emit(c,
		    (struct bpf_insn)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
	emit(c,
	    (struct bpf_insn)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 0));
}

static void
want(struct code *c, unsigned bytes, unsigned at, uint32_t value)
{
	want_masked(c, bytes, at, UINT32_MAX, value);
}

/*
 * Ends a rule: a frame that meets its conditions is not dropped, all others go
 * on to the next rule.
 */
static void
let_through(struct code *c)
{
	int i;

	emit(c, (struct bpf_insn)BPF_STMT(BPF_RET | BPF_K, 0));
	for (i = c->rule; i < c->n && i < ROOM; i++)
		if (BPF_CLASS(c->insns[i].code) == BPF_JMP)
			c->insns[i].jf = (u_char)(c->n - i - 1);
	c->rule = c->n;
}

static void
want_type(struct code *c, const struct wrapping *w, uint16_t type)
{
	if (w == &raw) { /* the version */
		want_masked(c, 1, 0, 0xf0, type);
		return;
	}
	if (w->outer != 0)
		want(c, 2, ETHER_TYPE, w->outer);
	want(c, 2, w->at, type);
}

/* ---- the way ---- */

struct way {
	struct addr addrs[ADDRS];
	int naddrs;
	bool any; /* a pair of this family */
};

static void
way_add(struct way *way, const struct addr *a)
{
	int i;

	for (i = 0; i < way->naddrs; i++)
		if (addr_same(&way->addrs[i], a))
			return;
	way->addrs[way->naddrs++] = *a;
}

static struct way
way_of(const struct filter_pair *p, int n, uint16_t family)
{
	struct way way = { .naddrs = 0 };

	for (; n > 0; n--, p++) {
		if (!filter_pair_may_be(p, family))
			continue;
		way.any = true;
		if (p->src.addr_type == family)
			way_add(&way, &p->src);
		if (p->dst.addr_type == family)
			way_add(&way, &p->dst);
	}
	return way;
}

static void
add_arp(struct code *c, const struct wrapping *w, const struct way *way)
{
	int i;

	want_type(c, w, w->arp);
	want(c, 2, w->header + ARP_OP, ARP_REPLY);
	let_through(c);
	if (way->naddrs == 0) {
		want_type(c, w, w->arp);
		let_through(c);
	}
	for (i = 0; i < way->naddrs; i++) {
		want_type(c, w, w->arp);
		want(c, 4, w->header + ARP_TPA,
		    get32(way->addrs[i].addr_data8));
		let_through(c);
	}
}

static void
add_ip4(struct code *c, const struct wrapping *w)
{
	want_type(c, w, w->ip4);
	want(c, 1, w->header + IP4_PROTO, PROTO_ICMP);
	want(c, 2, w->header + IP4_HEAD,
	    ICMP_UNREACHABLE << 8 | ICMP_FRAGMENT_CODE);
	let_through(c);
	want_type(c, w, w->ip4);
	want(c, 1, w->header + IP4_PROTO, PROTO_UDP);
	want(c, 4, w->header + IP4_HEAD, DHCP_SERVER << 16 | DHCP_CLIENT);
	let_through(c);
}

static void
add_icmp6(struct code *c, const struct wrapping *w, uint8_t type)
{
	want_type(c, w, w->ip6);
	want(c, 1, w->header + IP6_NEXT, PROTO_ICMP6);
	want(c, 1, w->header + IP6_HEAD, type);
}

static void
add_solicitation(struct code *c, const struct wrapping *w, const struct addr *a)
{
	unsigned i;

	add_icmp6(c, w, ICMP6_SOLICIT);
	for (i = 0; a != NULL && i < IP6_ADDR_LEN; i += 4)
		want(c, 4, w->header + IP6_HEAD + ICMP6_TARGET + i,
		    get32(a->addr_data8 + i));
	let_through(c);
}

static void
add_ip6(struct code *c, const struct wrapping *w, const struct way *way)
{
	static const uint8_t types[] = { ICMP6_TOO_BIG, ICMP6_ROUTER_AD,
		ICMP6_NEIGHBOUR_AD };
	size_t i;

	for (i = 0; i < sizeof(types); i++) {
		add_icmp6(c, w, types[i]);
		let_through(c);
	}
	if (way->naddrs == 0)
		add_solicitation(c, w, NULL);
	for (i = 0; i < (size_t)way->naddrs; i++)
		add_solicitation(c, w, &way->addrs[i]);
	want_type(c, w, w->ip6);
	want(c, 1, w->header + IP6_NEXT, PROTO_UDP);
	want(c, 4, w->header + IP6_HEAD, DHCP6_SERVER << 16 | DHCP6_CLIENT);
	let_through(c);
}

static void
add_pppoe(struct code *c)
{
	want(c, 2, ETHER_TYPE, TYPE_PPPOE_D);
	let_through(c);
	want(c, 2, ETHER_TYPE, TYPE_PPPOE);
	want_masked(c, 2, ETHER_HEAD + PPPOE_TYPE, PPP_CONTROL, PPP_CONTROL);
	let_through(c);
}

static void
add_way(struct code *c, bool ether, const struct filter_pair *pairs, int n)
{
	struct way ip4 = way_of(pairs, n, ADDR_TYPE_IP);
	struct way ip6 = way_of(pairs, n, ADDR_TYPE_IP6);
	const struct wrapping *w = ether ? wrappings : &raw;
	size_t i, count = sizeof(wrappings) / sizeof(wrappings[0]);

	for (i = 0; i < (ether ? count : 1); i++, w++) {
		if (ip4.any && w->arp != 0)
			add_arp(c, w, &ip4);
		if (ip4.any)
			add_ip4(c, w);
		if (ip6.any)
			add_ip6(c, w, &ip6);
	}
	if (ether)
		add_pppoe(c);
}

/* ---- all ---- */

/* Adds the second program.  0; -1: why is filled. */
static int
add_session(struct code *c, int linktype, const struct filter_pair *pairs,
    int npairs, char *why, size_t size)
{
	struct filter_config config = { .linktype = linktype,
		.npairs = npairs };
	struct bpf_program program;

	memcpy(config.pairs, pairs, (size_t)npairs * sizeof(pairs[0]));
	if (filter_build(&config, &program, why, size) == -1)
		return -1;
	if (c->n + (int)program.bf_len <= ROOM)
		memcpy(c->insns + c->n, program.bf_insns,
		    program.bf_len * sizeof(program.bf_insns[0]));
	c->n += (int)program.bf_len;
	filter_free(&program);
	return 0;
}

int
exclusive_filter(int linktype, unsigned head, const struct filter_pair *pairs,
    int npairs, struct bpf_insn *out, char *why, size_t size)
{
	static struct code c;
	struct bpf_program program;
	int n = -1;

	c.n = c.rule = 0;
	add_way(&c, linktype == LINK_ETHERNET, pairs, npairs);
	if (add_session(&c, linktype, pairs, npairs, why, size) == -1) {
		errno = EINVAL;
		return -1;
	}
	program = (struct bpf_program) { (u_int)c.n, c.insns };
	if (c.n <= ROOM)
		n = bpf_program_shift(&program, head, out, FILTER_INSNS);
	if (n == -1) {
		(void)snprintf(why, size,
		    "the filter needs %d instructions, a kernel takes %d: use "
		    "fewer -M",
		    c.n, FILTER_INSNS);
		errno = E2BIG;
	}
	return n;
}

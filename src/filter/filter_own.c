/* SPDX-License-Identifier: ISC */
/*
 * Writes the program that recognises the session's own frames, with or without
 * VLAN tags and PPPoE.  libpcap cannot compile it: its words `vlan` and
 * `pppoes` move every offset after them, so each wrapping would need a program
 * of its own; and OpenBSD's libpcap has no word for PPPoE (pcap-filter(5),
 * 2021).  Here the program finds the network header first; from then on X
 * points to it.
 *
 * BPF refuses a frame if the program reads behind the frame's end.  Short
 * frames of others must pass, so it compares the length before each read.
 *
 * Later fragments have no ports: the addresses alone decide.  If a pair has
 * ports but no address, fragments count as frames of others: otherwise all
 * fragments would be refused.  In IPv6 the first fragment of a packet counts as
 * a later one: the rest of the packet is refused in any case.
 *
 * Conditional jumps reach 255 instructions: the program has a return
 * instruction near each place that needs one.
 */
#include <sys/types.h>
#include <pcap.h>

#include "filter/filter_own.h"
#include "frame/packet.h"
#include "port/port.h"

#define ACCEPT	((u_int)~0)
#define REFUSE	0

#define TAGS	2 /* VLAN tags behind each other, at most */
#define IP6_MIN (IP6_HEAD + IP6_FRAG_HEAD) /* also enough for TCP's ports */

/* Words of scratch memory. */
enum memory { NET, HAS_PORTS, PORTS };

struct code {
	struct bpf_insn *insns;
	size_t n;
};

/* Jumps whose target is not known yet. */
struct jumps {
	size_t n;
	struct {
		size_t from;
		bool on;
	} at[16];
};

static void
emit(struct code *c, int op, u_int k)
{
	c->insns[c->n++] = (struct bpf_insn)BPF_STMT((u_short)op, k);
}

/* Adds a conditional jump; a NULL list: go on with the next instruction. */
static void
branch(struct code *c, int op, u_int k, struct jumps *yes, struct jumps *no)
{
	if (yes != NULL) {
		yes->at[yes->n].from = c->n;
		yes->at[yes->n++].on = true;
	}
	if (no != NULL) {
		no->at[no->n].from = c->n;
		no->at[no->n++].on = false;
	}
	emit(c, BPF_JMP | op, k);
}

/* These jumps lead to the next instruction. */
static void
join(struct code *c, const struct jumps *jumps)
{
	struct bpf_insn *from;
	size_t i;

	for (i = 0; i < jumps->n; i++) {
		from = &c->insns[jumps->at[i].from];
		if (jumps->at[i].on)
			from->jt = (u_char)(c->insns + c->n - from - 1);
		else
			from->jf = (u_char)(c->insns + c->n - from - 1);
	}
}

/* Accepts a frame if the test is false: it is not the session's. */
static void
require(struct code *c, int op, u_int k)
{
	struct jumps yes = { 0 };

	branch(c, op, k, &yes, NULL);
	emit(c, BPF_RET | BPF_K, ACCEPT);
	join(c, &yes);
}

/* Loads into A from n bytes behind X. */
static void
load(struct code *c, int size, u_int n)
{
	emit(c, BPF_LD | size | BPF_IND, n);
}

/* Loads into A the number of bytes from X to the frame's end. */
static void
load_length(struct code *c)
{
	emit(c, BPF_LD | BPF_W | BPF_LEN, 0);
	emit(c, BPF_ALU | BPF_SUB | BPF_X, 0);
}

/* ---- the network header ---- */

/* Branches by the protocol in A; the network header is at offset `at'. */
static void
put_protocols(struct code *c, u_int at, u_int four, u_int six,
    struct jumps *ip4, struct jumps *ip6)
{
	emit(c, BPF_LDX | BPF_W | BPF_IMM, at);
	branch(c, BPF_JEQ | BPF_K, four, ip4, NULL);
	branch(c, BPF_JEQ | BPF_K, six, ip6, NULL);
	emit(c, BPF_RET | BPF_K, ACCEPT);
}

/*
 * PPP has protocol numbers of its own (RFC 1661, 5072).  Exclusive mode (-x)
 * must pass frames in the same wrappings (platform/OS/exclusive.c).
 */
static void
put_ethernet(struct code *c, struct jumps *ip4, struct jumps *ip6)
{
	static const u_int tags[] = { TYPES_VLAN };
	const u_int last = ETHER_TYPE + TAGS * VLAN_HEAD;
	u_int at, i;

	emit(c, BPF_LD | BPF_W | BPF_LEN, 0);
	require(c, BPF_JGE | BPF_K, ETHER_HEAD + IP4_HEAD);
	for (at = ETHER_TYPE; at < last; at += VLAN_HEAD) {
		struct jumps tag = { 0 }, session = { 0 };

		emit(c, BPF_LD | BPF_H | BPF_ABS, at);
		for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
			branch(c, BPF_JEQ | BPF_K, tags[i], &tag, NULL);
		branch(c, BPF_JEQ | BPF_K, TYPE_PPPOE, &session, NULL);
		put_protocols(c, at + 2, TYPE_IP4, TYPE_IP6, ip4, ip6);
		join(c, &session);
		emit(c, BPF_LD | BPF_H | BPF_ABS, at + 2 + PPPOE_TYPE);
		put_protocols(c, at + 2 + PPPOE_HEAD, PPP_IP4, PPP_IP6, ip4,
		    ip6);
		join(c, &tag);
	}
	emit(c, BPF_LD | BPF_H | BPF_ABS, at);
	put_protocols(c, at + 2, TYPE_IP4, TYPE_IP6, ip4, ip6);
}

static void
put_raw(struct code *c, struct jumps *ip4, struct jumps *ip6)
{
	emit(c, BPF_LD | BPF_W | BPF_LEN, 0);
	require(c, BPF_JGE | BPF_K, IP4_HEAD);
	emit(c, BPF_LD | BPF_B | BPF_ABS, 0);
	emit(c, BPF_ALU | BPF_AND | BPF_K, 0xf0);
	put_protocols(c, 0, RAW_IP4, RAW_IP6, ip4, ip6);
}

/* ---- addresses and ports ---- */

static void
put_address(struct code *c, bool ip6, u_int at, const struct addr *a,
    struct jumps *no)
{
	u_int end = at + (ip6 ? IP6_ADDR_LEN : IP_ADDR_LEN);
	const uint8_t *b = a->addr_data8;

	if (a->addr_type == ADDR_TYPE_NONE)
		return;
	for (; at < end; at += 4, b += 4) {
		load(c, BPF_W, at);
		branch(c, BPF_JEQ | BPF_K,
		    (u_int)b[0] << 24 | (u_int)b[1] << 16 | (u_int)b[2] << 8 |
			b[3],
		    NULL, no);
	}
}

static void
put_ports(struct code *c, uint16_t sport, uint16_t dport, struct jumps *no)
{
	emit(c, BPF_LD | BPF_MEM, PORTS);
	if (dport == 0)
		emit(c, BPF_ALU | BPF_RSH | BPF_K, 16);
	else if (sport == 0)
		emit(c, BPF_ALU | BPF_AND | BPF_K, 0xffff);
	branch(c, BPF_JEQ | BPF_K,
	    dport == 0 ? sport : (u_int)sport << 16 | dport, NULL, no);
}

/* Refuses the frames from src to dst. */
static void
put_way(struct code *c, bool ip6, const struct addr *src, uint16_t sport,
    const struct addr *dst, uint16_t dport)
{
	bool any = src->addr_type == 0 && dst->addr_type == 0;
	struct jumps no = { 0 }, ours = { 0 };

	put_address(c, ip6, ip6 ? IP6_SRC : IP4_SRC, src, &no);
	put_address(c, ip6, ip6 ? IP6_DST : IP4_DST, dst, &no);
	if (sport != 0 || dport != 0) {
		emit(c, BPF_LD | BPF_MEM, HAS_PORTS);
		branch(c, BPF_JEQ | BPF_K, 0, any ? &no : &ours, NULL);
		put_ports(c, sport, dport, &no);
	}
	join(c, &ours);
	emit(c, BPF_RET | BPF_K, REFUSE);
	join(c, &no);
}

static bool
pairs_have(const struct filter_pair *p, int n, uint16_t addr_type)
{
	while (n-- > 0)
		if (filter_pair_may_be(p++, addr_type))
			return true;
	return false;
}

static void
put_pairs(struct code *c, bool ip6, const struct filter_pair *p, int n)
{
	for (; n > 0; n--, p++) {
		if (!filter_pair_may_be(p, ip6 ? ADDR_TYPE_IP6 : ADDR_TYPE_IP))
			continue;
		put_way(c, ip6, &p->src, p->sport, &p->dst, p->dport);
		put_way(c, ip6, &p->dst, p->dport, &p->src, p->sport);
	}
	emit(c, BPF_RET | BPF_K, ACCEPT);
}

/* Stores TCP's ports, n bytes behind X, in scratch memory. */
static void
keep_ports(struct code *c, u_int n)
{
	load(c, BPF_W, n);
	emit(c, BPF_ST, PORTS);
	emit(c, BPF_LD | BPF_IMM, 1);
	emit(c, BPF_ST, HAS_PORTS);
}

/* The IPv4 header is up to 60 bytes long. */
static void
put_ip4(struct code *c, const struct filter_pair *p, int n)
{
	struct jumps none = { 0 };

	load_length(c);
	require(c, BPF_JGE | BPF_K, IP4_HEAD);
	load(c, BPF_B, IP4_PROTO);
	require(c, BPF_JEQ | BPF_K, PROTO_TCP);
	emit(c, BPF_STX, NET);
	load(c, BPF_H, IP4_FRAGMENT);
	branch(c, BPF_JSET | BPF_K, IP4_OFFSET, &none, NULL);
	load(c, BPF_B, 0);
	emit(c, BPF_ALU | BPF_AND | BPF_K, 15);
	emit(c, BPF_ALU | BPF_LSH | BPF_K, 2);
	emit(c, BPF_ALU | BPF_ADD | BPF_X, 0);
	emit(c, BPF_MISC | BPF_TAX, 0);
	emit(c, BPF_LD | BPF_W | BPF_LEN, 0);
	branch(c, BPF_JGE | BPF_X, 0, NULL, &none);
	emit(c, BPF_ALU | BPF_SUB | BPF_X, 0);
	branch(c, BPF_JGE | BPF_K, 4, NULL, &none);
	keep_ports(c, 0);
	join(c, &none);
	emit(c, BPF_LDX | BPF_MEM, NET);
	put_pairs(c, false, p, n);
}

static void
put_ip6(struct code *c, const struct filter_pair *p, int n)
{
	struct jumps whole = { 0 }, fragment = { 0 };

	load_length(c);
	require(c, BPF_JGE | BPF_K, IP6_MIN);
	load(c, BPF_B, IP6_NEXT);
	branch(c, BPF_JEQ | BPF_K, PROTO_FRAG, NULL, &whole);
	load(c, BPF_B, IP6_HEAD);
	branch(c, BPF_JEQ | BPF_K, PROTO_TCP, &fragment, NULL);
	join(c, &whole);
	require(c, BPF_JEQ | BPF_K, PROTO_TCP);
	keep_ports(c, IP6_HEAD);
	join(c, &fragment);
	put_pairs(c, true, p, n);
}

size_t
filter_own(const struct filter_pair *p, int n, int linktype,
    struct bpf_insn out[FILTER_OWN_INSNS])
{
	struct code c = { out, 0 };
	struct jumps ip4 = { 0 }, ip6 = { 0 };
	size_t far;

	if (linktype == LINK_RAW)
		put_raw(&c, &ip4, &ip6);
	else
		put_ethernet(&c, &ip4, &ip6);
	join(&c, &ip6);
	far = c.n;
	emit(&c, BPF_JMP | BPF_JA, 0);
	join(&c, &ip4);
	if (pairs_have(p, n, ADDR_TYPE_IP))
		put_ip4(&c, p, n);
	else
		emit(&c, BPF_RET | BPF_K, ACCEPT);
	out[far].k = (u_int)(c.n - far - 1);
	if (pairs_have(p, n, ADDR_TYPE_IP6))
		put_ip6(&c, p, n);
	else
		emit(&c, BPF_RET | BPF_K, ACCEPT);
	return c.n;
}

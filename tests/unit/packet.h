/* SPDX-License-Identifier: ISC */
/*
 * Makes frames from the fields that a filter reads, and builds filters.
 * Include it after <cmocka.h> and <pcap.h>.
 */
#ifndef PACKET_H
#define PACKET_H

#include <string.h>

#include "filter/filter.h"
#include "verdict.h"

#define A4 "192.0.2.1"
#define B4 "198.51.100.2"
#define C4 "192.0.2.3"
#define A6 "2001:db8:1::1"
#define B6 "2001:db8:2::2"
#define C6 "2001:db8:1::3"

static char why[256];

enum wrapping {
	PLAIN,
	VLAN,
	VLAN_AD,
	QINQ,
	PPPOE,
	PPPOE_VLAN,
	WRAPPINGS,
	RAW = WRAPPINGS,
};

struct fields {
	enum wrapping wrapping;
	struct addr src, dst;
	uint16_t sport, dport;
	uint8_t proto;
	enum { WHOLE, FIRST, LATER } fragment;
	int options; /* 32-bit words of IPv4 options */
	bool hop; /* IPv6 hop-by-hop options in front */
};

struct packet {
	size_t len;
	uint8_t bytes[256];
};

static inline void
put8(struct packet *p, uint8_t byte)
{
	p->bytes[p->len++] = byte;
}

static inline void
put16(struct packet *p, unsigned n)
{
	put8(p, n >> 8);
	put8(p, n & 0xff);
}

static inline void
put_bytes(struct packet *p, const void *data, size_t len)
{
	memcpy(p->bytes + p->len, data, len);
	p->len += len;
}

static inline void
put_zeros(struct packet *p, size_t len)
{
	memset(p->bytes + p->len, 0, len);
	p->len += len;
}

static inline void
put_link(struct packet *p, enum wrapping w, bool ip6)
{
	if (w == RAW)
		return;
	put_bytes(p, "\x02\0\0\0\0\1\x02\0\0\0\0\2", 12);
	if (w == VLAN || w == PPPOE_VLAN)
		put_bytes(p, "\x81\0\0\5", 4);
	if (w == VLAN_AD || w == QINQ)
		put_bytes(p, "\x88\xa8\0\6", 4);
	if (w == QINQ)
		put_bytes(p, "\x81\0\0\7", 4);
	if (w == PPPOE || w == PPPOE_VLAN) {
		put_bytes(p, "\x88\x64\x11\0\0\1\0\x40", 8);
		put16(p, ip6 ? 0x57 : 0x21);
	} else
		put16(p, ip6 ? 0x86dd : 0x0800);
}

static inline void
put_ip4(struct packet *p, const struct fields *f)
{
	static const unsigned fragment[] = { 0x4000, 0x2000, 0x00b9 };

	put8(p, 0x45 + f->options);
	put8(p, 0);
	put16(p, 60 + f->options * 4);
	put16(p, 1);
	put16(p, fragment[f->fragment]);
	put8(p, 64);
	put8(p, f->proto);
	put16(p, 0);
	put_bytes(p, f->src.addr_data8, 4);
	put_bytes(p, f->dst.addr_data8, 4);
	put_zeros(p, f->options * 4);
}

static inline void
put_ip6(struct packet *p, const struct fields *f)
{
	static const unsigned fragment[] = { 0, 1, 0xb9 << 3 };
	uint8_t next = f->fragment != WHOLE ? 44 : f->proto;

	put_bytes(p, "\x60\0\0\0\0\x28", 6);
	put8(p, f->hop ? 0 : next);
	put8(p, 64);
	put_bytes(p, f->src.addr_data8, 16);
	put_bytes(p, f->dst.addr_data8, 16);
	if (f->hop) {
		put8(p, next);
		put_zeros(p, 7);
	}
	if (f->fragment == WHOLE)
		return;
	put8(p, f->proto);
	put8(p, 0);
	put16(p, fragment[f->fragment]);
	put_zeros(p, 4);
}

/* Makes the frame; a later fragment has other bytes in place of ports. */
static inline struct packet
craft(const struct fields *f)
{
	bool ip6 = f->src.addr_type == ADDR_TYPE_IP6;
	struct packet p = { 0 };

	put_link(&p, f->wrapping, ip6);
	if (ip6)
		put_ip6(&p, f);
	else
		put_ip4(&p, f);
	put16(&p, f->fragment == LATER ? 0xdead : f->sport);
	put16(&p, f->fragment == LATER ? 0xbeef : f->dport);
	put_zeros(&p, 16);
	return p;
}

static inline struct addr
parsed(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static inline void
add_pair(struct filter_config *c, const char *text)
{
	if (filter_pair_parse(text, &c->pairs[c->npairs++], why, sizeof(why)) ==
	    -1)
		fail_msg("%s: %s", text, why);
}

static inline struct bpf_program
built(const struct filter_config *c)
{
	struct bpf_program program;
	u_int i;

	if (filter_build(c, &program, why, sizeof(why)) == -1)
		fail_msg("%s", why);
	assert_true(bpf_validate(program.bf_insns, program.bf_len));
	assert_true(program.bf_len <= FILTER_INSNS);
	for (i = 0; i < program.bf_len; i++)
		if (BPF_CLASS(program.bf_insns[i].code) == BPF_RET)
			assert_true(program.bf_insns[i].k == 0 ||
			    program.bf_insns[i].k == (u_int)-1);
	return program;
}

static inline bool
passes(const struct bpf_program *program, const struct packet *p)
{
	return verdict(program, p->bytes, p->len) != 0;
}

#endif

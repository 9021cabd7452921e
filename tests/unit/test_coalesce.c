/* SPDX-License-Identifier: ISC */
/*
 * Joining: segments that offload.c has cut are joined and cut again, and must
 * be the same; one segment breaks each rule of joining; random mixtures.
 */
#include <sys/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bytes.h"
#include "frame/flow.h"
#include "frame/coalesce.h"
#include "frame/offload.h"

#define MEMORY (1024 * 1024)
#define BASE   6 /* segments of an ordinary stream */

struct batch {
	struct frame frame[FRAME_BATCH];
	int n;
	size_t used;
	uint8_t memory[MEMORY];
};

/* One stream: the fields of its headers, and its position. */
struct stream {
	int linktype;
	int tags; /* VLAN */
	bool ip6, stamps;
	uint16_t port, id;
	uint32_t seq;
	uint8_t flags;
};

static struct batch sent, got;
static uint8_t joined[PORT_SLAB], super[FRAME_MAX];
static uint32_t ip_at, tcp_at, data_at; /* in the frames of one stream */

static const struct stream plain = { LINK_ETHERNET, 0, false, true, 4242,
	0xfffe, 0xfffff000, 0x10 };

/* --- making --- */

static uint32_t
slow_sum(uint32_t sum, const uint8_t *p, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++) {
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

/* Makes both checksums valid after a change. */
static void
mend(struct frame *f)
{
	uint8_t *ip = f->data + ip_at, *tcp = f->data + tcp_at;
	uint32_t len = f->len - tcp_at, sum;

	if (ip[0] >> 4 == 4) {
		put16(ip + 10, 0);
		put16(ip + 10, (uint16_t)~slow_sum(0, ip, (ip[0] & 15) * 4u));
		sum = slow_sum(6 + len, ip + 12, 8);
	} else
		sum = slow_sum(6 + len, ip + 8, 32);
	put16(tcp + 16, 0);
	put16(tcp + 16, (uint16_t)~slow_sum(sum, tcp, len));
}

static uint32_t
put_link(const struct stream *s, uint8_t *p)
{
	uint32_t at = 12;
	int i;

	if (s->linktype == LINK_RAW)
		return 0;
	memcpy(p, "\x02\0\0\x09\0\3\x02\0\0\x09\0\2", 12);
	for (i = 0; i < s->tags; i++, at += 4)
		memcpy(p + at, i == 0 ? "\x81\0\0\5" : "\x88\xa8\0\7", 4);
	put16(p + at, s->ip6 ? 0x86dd : 0x0800);
	return at + 2;
}

static void
put_ip(const struct stream *s, uint8_t *ip, uint32_t len)
{
	memset(ip, 0, 40);
	if (s->ip6) {
		memcpy(ip, "\x60\x20\x12\x34", 4);
		put16(ip + 4, (uint16_t)len);
		memcpy(ip + 6, "\x06\x40\xfd\x09", 4);
		memcpy(ip + 24, "\xfd\x0a", 2);
		return;
	}
	memcpy(ip, "\x45\x02", 2);
	put16(ip + 2, (uint16_t)(20 + len));
	put16(ip + 4, s->id);
	memcpy(ip + 6, "\x40\0\x40\x06", 4);
	memcpy(ip + 12, "\x0a\x09\0\2\x0a\x09\0\3", 8);
}

static void
put_tcp(const struct stream *s, uint8_t *tcp)
{
	memset(tcp, 0, 20);
	put16(tcp, s->port);
	put16(tcp + 2, 5001);
	put32(tcp + 4, s->seq);
	put32(tcp + 8, 77777);
	tcp[12] = s->stamps ? 0x80 : 0x50;
	tcp[13] = s->flags;
	put16(tcp + 14, 512);
	if (s->stamps)
		memcpy(tcp + 20, "\1\1\x08\x0a\0\0\1\2\0\0\3\4", 12);
}

/* Makes the stream's next frame, with segmentation as from a kernel. */
static struct frame
make_super(struct stream *s, uint32_t len, uint16_t size)
{
	struct frame f = { .data = super };
	uint32_t i;

	ip_at = put_link(s, super);
	tcp_at = ip_at + (s->ip6 ? 40 : 20);
	data_at = tcp_at + (s->stamps ? 32 : 20);
	put_ip(s, super + ip_at, data_at - tcp_at + len);
	put_tcp(s, super + tcp_at);
	for (i = 0; i < len; i++)
		super[data_at + i] = (uint8_t)(s->seq + i + (s->seq + i) / 251);
	f.len = data_at + len;
	mend(&f); /* for the header's; cutting computes the other one */
	f.off = (struct offload) { 0, s->ip6 ? OFFLOAD_TCP6 : OFFLOAD_TCP4,
		.gso_size = size };
	s->seq += len;
	s->id += (len + size - 1) / size;
	return f;
}

static struct frame *
batch_room(struct batch *b, uint32_t len)
{
	struct frame *f = &b->frame[b->n++];

	assert_true(b->n <= FRAME_BATCH && b->used + len <= MEMORY);
	memset(f, 0, sizeof(*f));
	f->data = b->memory + b->used;
	f->len = len;
	b->used += len;
	return f;
}

/* Appends the frame, or its segments. */
static void
batch_add(struct batch *b, const struct frame *f, int linktype)
{
	struct tunnel tunnel;
	struct offload_cut cut;
	struct frame out;

	if (f->off.gso == 0) {
		struct frame *to = batch_room(b, f->len);
		uint8_t *data = to->data;

		memcpy(data, f->data, f->len);
		*to = *f;
		to->data = data;
		return;
	}
	assert_int_equal(offload_begin(&cut, f, linktype), 0);
	assert_false(flow_lacks(&cut, CAP_ALL, &tunnel));
	while (offload_next(&cut, b->memory + b->used, MEMORY - b->used,
		   &out) == 1) {
		b->frame[b->n++] = out;
		b->used += out.len;
	}
}

/* Appends len bytes of a stream in segments of this size. */
static void
batch_stream(struct batch *b, struct stream *s, uint32_t len, uint16_t size)
{
	struct frame f = make_super(s, len, size);

	batch_add(b, &f, s->linktype);
}

static void
batch_clear(void)
{
	sent.n = 0;
	sent.used = 0;
}

/* --- looking --- */

static int
join_some(struct frame *out, int linktype, unsigned caps, uint32_t max,
    size_t size)
{
	int left, i;

	memcpy(out, sent.frame, (size_t)sent.n * sizeof(*out));
	left = coalesce(out, sent.n, linktype, caps, max, joined, size);
	got.n = 0;
	got.used = 0;
	for (i = 0; i < left; i++) {
		assert_true(out[i].len <= max || out[i].off.gso == 0);
		batch_add(&got, &out[i], linktype);
	}
	return left;
}

static void
assert_same(const struct frame *a, const struct frame *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->data, b->data, a->len);
	assert_memory_equal(&a->off, &b->off, sizeof(a->off));
	assert_int_equal(a->outbound, b->outbound);
}

static void
assert_all_same(void)
{
	int i;

	assert_int_equal(got.n, sent.n);
	for (i = 0; i < sent.n; i++)
		assert_same(&got.frame[i], &sent.frame[i]);
}

/* Joins all, cuts the result again.  Returns the number of joined frames. */
static int
join(int linktype)
{
	struct frame out[FRAME_BATCH];
	int left = join_some(out, linktype, CAP_ALL, FRAME_MAX, PORT_SLAB);

	assert_all_same();
	return left;
}

/* --- what is joined --- */

static void
test_round_trip(void **state)
{
	struct stream s = plain, was;
	struct frame out[FRAME_BATCH], f;
	int i;

	(void)state;
	for (i = 0; i < 32; i++) {
		s.ip6 = i & 1;
		s.stamps = i & 2;
		s.linktype = i & 4 ? LINK_RAW : LINK_ETHERNET;
		s.tags = i / 8;
		if (s.linktype == LINK_RAW && s.tags > 0)
			continue;
		batch_clear();
		was = s;
		batch_stream(&sent, &s, 20000 + i, 1448);
		assert_int_equal(join(s.linktype), 1);
		join_some(out, s.linktype, CAP_ALL, FRAME_MAX, PORT_SLAB);
		f = make_super(&was, 20000 + i, 1448);
		assert_int_equal(out[0].len, f.len);
		assert_int_equal(out[0].off.gso, f.off.gso);
		assert_int_equal(out[0].off.gso_size, 1448);
		assert_int_equal(out[0].off.flags, OFFLOAD_CSUM);
		assert_int_equal(out[0].off.csum_start, tcp_at);
		assert_int_equal(out[0].off.csum_offset, 16);
		assert_int_equal(out[0].off.hdr_len, data_at);
		memset(f.data + tcp_at + 16, 0, 2);
		memset(out[0].data + tcp_at + 16, 0, 2);
		assert_memory_equal(out[0].data, f.data, f.len);
	}
}

/* Any number of segments, with and without a shorter one at the end. */
static void
test_sizes(void **state)
{
	struct stream s = plain;
	uint32_t len;

	(void)state;
	for (len = 1; len < 3000; len++) {
		batch_clear();
		batch_stream(&sent, &s, len, 100);
		assert_int_equal(join(LINK_ETHERNET), 1);
	}
	for (len = 1; len < 255; len++) {
		batch_clear();
		batch_stream(&sent, &s, len, 1);
		assert_int_equal(join(LINK_ETHERNET), 1);
	}
}

/* An IP packet holds 65535 bytes: here there is one segment too many. */
static void
test_largest(void **state)
{
	struct frame out[FRAME_BATCH];
	struct stream s = plain;
	uint16_t size;
	int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		s.ip6 = i & 1;
		s.tags = i & 2;
		s.linktype = i & 4 ? LINK_RAW : LINK_ETHERNET;
		size = s.ip6 ? 8183 : 5457;
		batch_clear();
		batch_stream(&sent, &s, 5 * size, size);
		batch_stream(&sent, &s, 5 * size, size);
		batch_stream(&sent, &s, 5 * size, size);
		assert_int_equal(join(s.linktype), s.ip6 ? 3 : 2);
		join_some(out, s.linktype, CAP_ALL, FRAME_MAX, PORT_SLAB);
		assert_int_equal(out[0].len - ip_at, 65536 - size);
	}
}

static void
test_max(void **state)
{
	struct frame out[FRAME_BATCH];
	struct stream s = plain;

	(void)state;
	batch_clear();
	batch_stream(&sent, &s, 10000, 1000);
	assert_int_equal(join_some(out, LINK_ETHERNET, CAP_ALL, data_at + 4000,
			     PORT_SLAB),
	    3);
	assert_all_same();
	assert_int_equal(join_some(out, LINK_ETHERNET, CAP_ALL, data_at + 3999,
			     PORT_SLAB),
	    4);
	assert_all_same();
	assert_int_equal(join_some(out, LINK_ETHERNET, CAP_ALL, data_at + 1999,
			     PORT_SLAB),
	    10);
	assert_all_same();
}

/* Joins only as far as its memory goes, and never writes beyond. */
static void
test_memory(void **state)
{
	struct frame out[FRAME_BATCH];
	struct stream s = plain;
	size_t size, fit;

	(void)state;
	batch_clear();
	batch_stream(&sent, &s, BASE * 1000, 1000);
	for (size = 0; size < (BASE + 1) * 1000; size += 7) {
		fit = size < data_at ? 0 : (size - data_at) / 1000;
		fit = fit < 2 ? 1 : fit > BASE ? BASE : fit;
		memset(joined + size, 0x5a, 64);
		assert_int_equal(join_some(out, LINK_ETHERNET, CAP_ALL,
				     FRAME_MAX, size),
		    BASE - fit + 1);
		assert_all_same();
		assert_int_equal(joined[size], 0x5a);
		assert_memory_equal(joined + size, joined + size + 1, 63);
	}
}

static void
test_caps(void **state)
{
	static const struct {
		unsigned caps;
		bool ip6;
		int left;
	} rows[] = { { 0, false, BASE }, { CAP_CSUM, false, BASE },
		{ CAP_TSO4, false, BASE }, { CAP_CSUM | CAP_TSO4, false, 1 },
		{ CAP_CSUM | CAP_TSO6, false, BASE },
		{ CAP_CSUM | CAP_TSO4 | CAP_USO, true, BASE },
		{ CAP_CSUM | CAP_TSO6, true, 1 } };
	struct frame out[FRAME_BATCH];
	struct stream s = plain;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		s.ip6 = rows[i].ip6;
		batch_clear();
		batch_stream(&sent, &s, BASE * 1000, 1000);
		assert_int_equal(join_some(out, LINK_ETHERNET, rows[i].caps,
				     FRAME_MAX, PORT_SLAB),
		    rows[i].left);
		assert_all_same();
	}
}

/* The joined frame has the time of its first segment. */
static void
test_time(void **state)
{
	struct frame out[FRAME_BATCH];
	struct stream s = plain;
	int i;

	(void)state;
	batch_clear();
	batch_stream(&sent, &s, BASE * 1000, 1000);
	for (i = 0; i < BASE; i++)
		sent.frame[i].when_ns = 100 + (uint64_t)i;
	assert_int_equal(join_some(out, LINK_ETHERNET, CAP_ALL, FRAME_MAX,
			     PORT_SLAB),
	    1);
	assert_int_equal(out[0].when_ns, 100);
}

/* --- what forbids it --- */

/* Changes the IP header's length of the packet. */
static void
say_length(struct frame *f, uint32_t len)
{
	bool ip4 = f->data[ip_at] == 0x45;

	put16(f->data + ip_at + (ip4 ? 2 : 4),
	    (uint16_t)(len - (ip4 ? ip_at : tcp_at)));
	mend(f);
}

static void
do_id(struct frame *f)
{
	put16(f->data + ip_at + 4, get16(f->data + ip_at + 4) - 1);
	mend(f);
}

static void
do_outbound(struct frame *f)
{
	f->outbound = true;
}

static void
do_partial(struct frame *f)
{
	f->off.flags = OFFLOAD_CSUM;
	f->off.csum_start = (uint16_t)tcp_at;
	f->off.csum_offset = 16;
}

static void
do_padding(struct frame *f)
{
	say_length(f, f->len - 1);
}

static void
do_overlong(struct frame *f)
{
	say_length(f, f->len + 1);
}

static void
do_shorter(struct frame *f)
{
	say_length(f, --f->len);
}

static void
do_empty(struct frame *f)
{
	say_length(f, f->len = data_at);
}

static void
do_runt(struct frame *f)
{
	say_length(f, f->len = tcp_at + 19);
}

static void
do_cut_header(struct frame *f)
{
	f->len = ip_at + 1;
}

/* The TCP header ends behind the packet. */
static void
do_doff_end(struct frame *f)
{
	f->data[tcp_at + 12] = 0xf0;
	say_length(f, f->len = data_at + 4);
}

/*
 * Each change is made to the third of six segments, then to all: it flips bits
 * of one byte, or calls a function.
 */
static const struct rule {
	const char *name;
	int left, all; /* frames after it: third segment, all six */
	enum { LINK, IP, TCP, OWN } where;
	int at4, at6; /* the byte with IPv4, IPv6; -1: does not apply */
	uint8_t turn;
	bool wrong; /* leaves the checksums wrong */
	void (*own)(struct frame *);
} rules[] = {
	{ "MAC address", 3, 1, LINK, 5, 5, 1, false, NULL },
	{ "VLAN", 3, 1, LINK, 15, 15, 1, false, NULL },
	{ "no IP", 3, BASE, LINK, 17, 17, 6, false, NULL },
	{ "version", 3, BASE, IP, 0, 0, 0x20, true, NULL },
	{ "IP options", 3, BASE, IP, 0, -1, 0x03, false, NULL },
	{ "ECN", 3, 1, IP, 1, -1, 0x01, false, NULL },
	{ "DSCP", 3, 1, IP, 1, 0, 0x08, false, NULL },
	{ "traffic class", 3, 1, IP, -1, 1, 0x10, false, NULL },
	{ "flow label", 3, 1, IP, -1, 3, 1, false, NULL },
	{ "DF", 3, 1, IP, 6, -1, 0x40, false, NULL },
	{ "reserved", 3, 1, IP, 6, -1, 0x80, false, NULL },
	{ "MF", 3, BASE, IP, 6, -1, 0x20, false, NULL },
	{ "fragment", 3, BASE, IP, 7, -1, 1, false, NULL },
	{ "TTL", 3, 1, IP, 8, 7, 1, false, NULL },
	{ "no TCP", 3, BASE, IP, 9, 6, 60 ^ 6, false, NULL },
	{ "IP checksum", 3, BASE, IP, 11, -1, 1, true, NULL },
	{ "source", 3, 1, IP, 13, 13, 1, false, NULL },
	{ "destination", 3, 1, IP, 19, 39, 1, false, NULL },
	{ "source port", 3, 1, TCP, 1, 1, 1, false, NULL },
	{ "destination port", 3, 1, TCP, 3, 3, 1, false, NULL },
	{ "sequence number", 3, 1, TCP, 7, 7, 1, false, NULL },
	{ "acknowledgment", 3, 1, TCP, 11, 11, 1, false, NULL },
	{ "header length", 3, BASE, TCP, 12, 12, 0x10, false, NULL },
	{ "short header", 3, BASE, TCP, 12, 12, 0xc0, false, NULL },
	{ "AccECN", 3, BASE, TCP, 12, 12, 0x01, false, NULL },
	{ "FIN", 2, BASE, TCP, 13, 13, 0x01, false,
	    NULL }, /* the last of a train */
	{ "SYN", 3, BASE, TCP, 13, 13, 0x02, false, NULL },
	{ "RST", 3, BASE, TCP, 13, 13, 0x04, false, NULL },
	{ "PSH", 2, BASE, TCP, 13, 13, 0x08, false, NULL },
	{ "no ACK", 3, BASE, TCP, 13, 13, 0x10, false, NULL },
	{ "URG", 3, BASE, TCP, 13, 13, 0x20, false, NULL },
	{ "ECE", 3, BASE, TCP, 13, 13, 0x40, false, NULL },
	{ "CWR", 3, BASE, TCP, 13, 13, 0x80, false, NULL },
	{ "window", 3, 1, TCP, 15, 15, 1, false, NULL },
	{ "TCP checksum", 3, BASE, TCP, 17, 17, 1, true, NULL },
	{ "urgent pointer", 3, 1, TCP, 19, 19, 1, false, NULL },
	{ "timestamp", 3, 1, TCP, 27, 27, 1, false, NULL },
	{ "payload", 3, BASE, TCP, 99, 99, 1, true, NULL },
	{ "identification", 3, 1, OWN, 0, -1, 0, false, do_id },
	{ "outbound", 3, 1, OWN, 0, 0, 0, false, do_outbound },
	{ "partial", 3, BASE, OWN, 0, 0, 0, false, do_partial },
	{ "padding", 3, BASE, OWN, 0, 0, 0, false, do_padding },
	{ "overlong", 3, BASE, OWN, 0, 0, 0, false, do_overlong },
	{ "shorter", 2, BASE, OWN, 0, 0, 0, false, do_shorter },
	{ "empty", 3, BASE, OWN, 0, 0, 0, false, do_empty },
	{ "runt", 3, BASE, OWN, 0, 0, 0, false, do_runt },
	{ "cut header", 3, BASE, OWN, 0, 0, 0, false, do_cut_header },
	{ "no payload", 3, BASE, OWN, 0, 0, 0, false, do_doff_end },
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

static void
rule_break(const struct rule *r, struct frame *f)
{
	uint32_t start = r->where == LINK ? 0 : r->where == IP ? ip_at : tcp_at;
	int at = f->data[ip_at] >> 4 == 4 ? r->at4 : r->at6;

	if (r->own != NULL) {
		r->own(f);
		return;
	}
	f->data[start + (uint32_t)at] ^= r->turn;
	if (!r->wrong)
		mend(f);
}

static void
rule_break_named(const char *name, struct frame *f)
{
	size_t i;

	for (i = 0; i < RULES; i++)
		if (strcmp(rules[i].name, name) == 0) {
			rule_break(&rules[i], f);
			return;
		}
	fail_msg("no rule %s", name);
}

static void
check_rule(const struct rule *r, bool ip6)
{
	struct stream s = plain;
	int left, all, i;

	if ((ip6 ? r->at6 : r->at4) == -1)
		return;
	s.ip6 = ip6;
	s.tags = 1;
	batch_clear();
	batch_stream(&sent, &s, BASE * 1000, 1000);
	assert_int_equal(join(LINK_ETHERNET), 1);
	rule_break(r, &sent.frame[2]);
	left = join(LINK_ETHERNET);
	for (i = 0; i < BASE; i++)
		if (i != 2)
			rule_break(r, &sent.frame[i]);
	all = join(LINK_ETHERNET);
	if (left != r->left || all != r->all)
		fail_msg("%s, IPv%d: %d and %d frames left, not %d and %d",
		    r->name, ip6 ? 6 : 4, left, all, r->left, r->all);
}

static void
test_rules(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < RULES; i++) {
		check_rule(&rules[i], false);
		check_rule(&rules[i], true);
	}
}

/* A first segment with a fault must not begin a train. */
static void
test_first(void **state)
{
	static const char *const names[] = { "IP checksum", "TCP checksum",
		"payload", "PSH", "FIN", "CWR", "sequence number", "partial",
		"padding", "empty" };
	struct stream s = plain;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		batch_clear();
		batch_stream(&sent, &s, BASE * 1000, 1000);
		rule_break_named(names[i], &sent.frame[0]);
		assert_int_equal(join(LINK_ETHERNET), 2);
	}
}

/* A segment that is longer than those before begins a new train. */
static void
test_longer(void **state)
{
	struct stream s = plain;

	(void)state;
	batch_clear();
	batch_stream(&sent, &s, 2000, 1000);
	batch_stream(&sent, &s, 1001, 1001);
	batch_stream(&sent, &s, 1000, 1000);
	batch_stream(&sent, &s, 2000, 1000);
	assert_int_equal(join(LINK_ETHERNET), 3);
}

/* Ethernet has padded the frames behind the packets. */
static void
test_padded(void **state)
{
	struct stream s = plain;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		s.ip6 = i;
		batch_clear();
		while (sent.n < BASE) {
			batch_stream(&sent, &s, 1, 1);
			sent.frame[sent.n - 1].len++;
			sent.memory[sent.used++] = 0;
		}
		assert_int_equal(join(LINK_ETHERNET), BASE);
	}
}

/* The payload would begin inside the header. */
static void
test_short_header(void **state)
{
	struct stream s = plain;

	(void)state;
	s.stamps = false;
	batch_clear();
	while (sent.n < BASE) {
		batch_stream(&sent, &s, 1000, 1000);
		sent.frame[sent.n - 1].data[tcp_at + 12] = 0x40;
		mend(&sent.frame[sent.n - 1]);
		s.seq += 4;
	}
	assert_int_equal(join(LINK_ETHERNET), BASE);
}

/* A frame that came with segmentation passes as it is, and ends the train. */
static void
test_super(void **state)
{
	struct frame out[FRAME_BATCH], whole, *f;
	struct stream s = plain;

	(void)state;
	s.ip6 = true;
	batch_clear();
	batch_stream(&sent, &s, 2000, 1000);
	whole = make_super(&s, 5000, 1000);
	f = batch_room(&sent, whole.len);
	memcpy(f->data, whole.data, whole.len);
	f->off = whole.off;
	batch_stream(&sent, &s, 2000, 1000);
	assert_int_equal(join_some(out, LINK_ETHERNET, CAP_ALL, FRAME_MAX,
			     PORT_SLAB),
	    3);
	assert_same(&out[1], f);
	assert_ptr_equal(out[1].data, f->data);
}

/* A checksum that the kernel has verified is not computed again. */
static void
test_verified(void **state)
{
	struct frame out[FRAME_BATCH];
	struct stream s = plain;
	int i;

	(void)state;
	batch_clear();
	batch_stream(&sent, &s, BASE * 1000, 1000);
	for (i = 0; i < BASE; i++) {
		sent.frame[i].off.flags = OFFLOAD_CSUM_VALID;
		rule_break_named("payload", &sent.frame[i]);
	}
	assert_int_equal(join_some(out, LINK_ETHERNET, CAP_ALL, FRAME_MAX,
			     PORT_SLAB),
	    1);
	rule_break_named("IP checksum", &sent.frame[2]);
	assert_int_equal(join_some(out, LINK_ETHERNET, CAP_ALL, FRAME_MAX,
			     PORT_SLAB),
	    3);
}

/* Ones' complement sum of two numbers. */
static uint16_t
plus(uint32_t a, uint32_t b)
{
	return (uint16_t)(a + b + (a + b > 0xffff));
}

/*
 * A checksum of zero has two valid forms, but a kernel that cuts writes only
 * one of them.
 */
static void
test_two_zeros(void **state)
{
	struct stream s = plain;
	struct frame out[FRAME_BATCH], *f = &sent.frame[2];
	uint8_t *word;

	(void)state;
	batch_clear();
	batch_stream(&sent, &s, BASE * 1000, 1000);
	word = f->data + data_at;
	put16(word, plus(get16(word), get16(f->data + tcp_at + 16)));
	mend(f);
	assert_int_equal(get16(f->data + tcp_at + 16), 0);
	assert_int_equal(join(LINK_ETHERNET), 1);
	put16(f->data + tcp_at + 16, 0xffff);
	assert_int_equal(join(LINK_ETHERNET), 3);
	f->off.flags = OFFLOAD_CSUM_VALID;
	assert_int_equal(join_some(out, LINK_ETHERNET, CAP_ALL, FRAME_MAX,
			     PORT_SLAB),
	    3);
}

/* The same for the IPv4 header; the identification makes its sum zero. */
static void
test_two_zeros_ip(void **state)
{
	struct stream s = plain;
	uint8_t *ip;

	(void)state;
	batch_clear();
	batch_stream(&sent, &s, BASE * 1000, 1000);
	ip = sent.frame[2].data + ip_at;
	s.id = (uint16_t)(plus(get16(ip + 4), get16(ip + 10)) - 2);
	batch_clear();
	batch_stream(&sent, &s, BASE * 1000, 1000);
	ip = sent.frame[2].data + ip_at;
	assert_int_equal(get16(ip + 10), 0);
	assert_int_equal(join(LINK_ETHERNET), 1);
	put16(ip + 10, 0xffff);
	assert_int_equal(join(LINK_ETHERNET), 3);
}

/* --- several flows --- */

static struct stream
other_stream(uint16_t n)
{
	struct stream s = plain;

	s.port = (uint16_t)(1000 + n);
	s.seq += n * 100u;
	return s;
}

/* A segment of each flow in turn. */
static int
join_interleaved(int flows, int rounds)
{
	struct frame out[FRAME_BATCH];
	struct stream s[32];
	int i, j;

	batch_clear();
	for (i = 0; i < flows; i++)
		s[i] = other_stream((uint16_t)i);
	for (j = 0; j < rounds; j++)
		for (i = 0; i < flows; i++)
			batch_stream(&sent, &s[i], 1000, 1000);
	return join_some(out, LINK_ETHERNET, CAP_ALL, FRAME_MAX, PORT_SLAB);
}

static void
test_flows(void **state)
{
	int flows;

	(void)state;
	for (flows = 1; flows <= COALESCE_TRAINS; flows++)
		assert_int_equal(join_interleaved(flows, 12), flows);
	/* with one flow more, each segment's train has just been ended */
	assert_int_equal(join_interleaved(COALESCE_TRAINS + 1, 12),
	    (COALESCE_TRAINS + 1) * 12);
}

/* A segment may overtake TCP of other flows only. */
static void
test_between(void **state)
{
	static const uint8_t arp[60] = "\x02\0\0\x09\0\3\x02\0\0\x09\0\2\x08\6";
	struct frame f = { .data = (uint8_t *)(uintptr_t)arp, .len = 60 };
	struct stream a = other_stream(0), b = other_stream(1);

	(void)state;
	batch_clear();
	batch_stream(&sent, &a, 2000, 1000);
	batch_stream(&sent, &b, 1000, 1000);
	batch_add(&sent, &f, LINK_ETHERNET);
	batch_stream(&sent, &a, 2000, 1000);
	batch_stream(&sent, &b, 1000, 1000);
	assert_int_equal(join(LINK_ETHERNET), 5);
	batch_clear();
	batch_stream(&sent, &a, 2000, 1000);
	batch_stream(&sent, &b, 1000, 1000);
	sent.frame[2].data[ip_at + 9] = 17; /* UDP */
	batch_stream(&sent, &a, 2000, 1000);
	assert_int_equal(join(LINK_ETHERNET), 3);
}

/* --- random mixtures --- */

static uint64_t seed;

static uint32_t
chance(uint32_t n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * 0x2545f4914f6cdd1d) >> 33) % n;
}

static bool
is_tcp(const struct frame *f)
{
	const uint8_t *ip = f->data + ip_at;

	return f->len >= tcp_at + 20 && get16(ip - 2) == 0x0800 &&
	    ip[0] == 0x45 && ip[9] == 6 && (get16(ip + 6) & 0x3fff) == 0;
}

static bool
one_flow(const struct frame *a, const struct frame *b)
{
	return is_tcp(a) && is_tcp(b) && a->outbound == b->outbound &&
	    memcmp(a->data, b->data, ip_at) == 0 &&
	    memcmp(a->data + ip_at + 12, b->data + ip_at + 12, 12) == 0;
}

/* Finds the next frame of a flow. */
static int
flow_next(const struct batch *b, int from, const struct frame *flow)
{
	while (from < b->n && !one_flow(&b->frame[from], flow))
		from++;
	return from;
}

/* Frames without TCP keep their place; others keep their order in each flow. */
static void
check_order(void)
{
	bool seen[FRAME_BATCH] = { false };
	struct frame *f;
	int i, a, b;

	assert_int_equal(got.n, sent.n);
	for (i = 0; i < sent.n; i++) {
		f = &sent.frame[i];
		if (!is_tcp(f))
			assert_same(&got.frame[i], f);
		for (a = i, b = 0; is_tcp(f) && !seen[i] && a < sent.n; a++) {
			a = flow_next(&sent, a, f);
			b = flow_next(&got, b, f);
			if (a == sent.n)
				break;
			assert_true(b < got.n);
			assert_same(&got.frame[b++], &sent.frame[a]);
			seen[a] = a > i;
		}
	}
}

static void
make_mixture(void)
{
	uint32_t flows = 1 + chance(12), bad = chance(4) == 0 ? 3 : 40;
	struct stream s[12];
	uint16_t size = (uint16_t)(1 + chance(1448)), n;
	uint32_t i;

	for (i = 0; i < flows; i++)
		s[i] = other_stream((uint16_t)i);
	batch_clear();
	while (sent.n < 200) {
		i = chance(flows);
		n = (uint16_t)(1 + chance(8) * chance(8));
		s[i].flags = chance(4) == 0 ? 0x18 : 0x10;
		if (chance(bad) == 0)
			s[i].seq -= chance(size);
		if (n * (uint32_t)size > 60000)
			n = (uint16_t)(60000 / size);
		batch_stream(&sent, &s[i], n * size - chance(size), size);
		if (chance(bad) != 0)
			continue;
		i = chance(RULES);
		if (rules[i].at4 != -1)
			rule_break(&rules[i], &sent.frame[sent.n - 1]);
	}
}

static void
test_random(void **state)
{
	struct frame out[FRAME_BATCH];
	int i, all = 0, left = 0;

	(void)state;
	for (i = 0; i < 3000; i++) {
		seed = 4711 + (uint64_t)i;
		(void)chance(2);
		make_mixture();
		all += sent.n;
		left += join_some(out, LINK_ETHERNET, CAP_ALL,
		    chance(3) == 0 ? 2000 + chance(60000) : FRAME_MAX,
		    chance(3) == 0 ? chance(PORT_SLAB) : PORT_SLAB);
		check_order();
	}
	assert_true(left < all / 2); /* else the test joins too little */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_max),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_longer),
		cmocka_unit_test(test_padded),
		cmocka_unit_test(test_short_header),
		cmocka_unit_test(test_super),
		cmocka_unit_test(test_verified),
		cmocka_unit_test(test_two_zeros),
		cmocka_unit_test(test_two_zeros_ip),
		cmocka_unit_test(test_flows),
		cmocka_unit_test(test_between),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: ISC */
/*
 * Segmentation and checksums: compared with a kernel's results for the same
 * frames (data/offload, see record.py there), and with a slow checksum, for
 * each combination of link, IP and tunnel headers that spelled.h can make.
 */
#include <sys/types.h>
#include <arpa/inet.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame/checksum.h"
#include "frame/flow.h"
#include "spelled.h"

#define DATA "tests/unit/data/offload"

static uint8_t out_buf[FRAME_MAX];

/* --- against the kernel --- */

struct record {
	struct frame frame;
	uint8_t data[4096];
};

static bool
record_next(FILE *in, struct record *r)
{
	uint8_t head[14];

	if (fread(head, sizeof(head), 1, in) != 1)
		return false;
	memset(&r->frame, 0, sizeof(r->frame));
	r->frame.data = r->data;
	r->frame.len = get32(head);
	r->frame.off.flags = head[4];
	r->frame.off.gso = head[5];
	r->frame.off.hdr_len = (uint16_t)get16(head + 6);
	r->frame.off.gso_size = (uint16_t)get16(head + 8);
	r->frame.off.csum_start = (uint16_t)get16(head + 10);
	r->frame.off.csum_offset = (uint16_t)get16(head + 12);
	assert_true(r->frame.len <= sizeof(r->data));
	assert_int_equal(fread(r->data, r->frame.len, 1, in), 1);
	return true;
}

static bool
unfinished(const struct frame *f)
{
	return f->off.flags != 0 || f->off.gso != 0;
}

/* Cuts one frame and compares; *r: the record after its segments. */
static bool
compare_one(FILE *in, struct record *super, struct record *r, int linktype)
{
	uint32_t skip = linktype == LINK_RAW ? 14 : 0;
	struct frame f = super->frame, out;
	struct offload_cut cut;
	bool more;

	f.data += skip;
	f.len -= skip;
	offload_shift(&f.off, -(int)skip);
	assert_int_equal(offload_begin(&cut, &f, linktype), 0);
	while ((more = record_next(in, r)) && !unfinished(&r->frame)) {
		assert_int_equal(offload_next(&cut, out_buf, sizeof(out_buf),
				     &out),
		    1);
		assert_int_equal(out.len, r->frame.len - skip);
		assert_memory_equal(out.data, r->data + skip, out.len);
	}
	assert_int_equal(offload_next(&cut, out_buf, sizeof(out_buf), &out), 0);
	return more;
}

static int
compare_file(const char *name, int linktype)
{
	struct record super, next;
	FILE *in = fopen(name, "rb");
	bool more;
	int n = 0;

	assert_non_null(in);
	more = record_next(in, &super);
	if (linktype == LINK_RAW && get16(super.data + 12) != 0x0800 &&
	    get16(super.data + 12) != 0x86dd)
		more = false;
	while (more) {
		more = compare_one(in, &super, &next, linktype);
		super = next;
		super.frame.data = super.data;
		n++;
	}
	fclose(in);
	return n;
}

static void
compare_kernel(int linktype, int atleast)
{
	glob_t found;
	size_t i;
	int n = 0;

	assert_int_equal(glob(DATA "/*.bin", 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++) {
		n += compare_file(found.gl_pathv[i], linktype);
	}
	globfree(&found);
	assert_true(n >= atleast);
}

static void
test_kernel_ethernet(void **state)
{
	(void)state;
	compare_kernel(LINK_ETHERNET, 30);
}

static void
test_kernel_raw(void **state)
{
	(void)state;
	compare_kernel(LINK_RAW, 25);
}

/* --- against a slow checksum, over every combination of headers --- */

struct place {
	uint32_t count; /* segments before this one */
	uint32_t done; /* payload before this one */
	bool last;
};

static void
check_sum(const struct packet *p, uint8_t *seg, uint32_t len, unsigned i)
{
	uint32_t at = p->part[i].at;
	uint8_t proto = proto_of(p->part[i].kind);

	assert_int_equal(slow_sum(slow_pseudo(ip_before(p, seg, i), proto,
				      len - at),
			     seg + at, len - at),
	    0xffff);
}

static void
check_tcp(const struct packet *p, const uint8_t *tcp, const struct place *w)
{
	uint8_t flags = p->data[p->part[p->parts - 1].at + 13];

	if (w->count > 0)
		flags &= 0x7f;
	if (!w->last)
		flags &= 0xf6;
	assert_int_equal(get32(tcp + 4), 0xfffffff0 + w->done);
	assert_int_equal(tcp[13], flags);
}

static void
check_part(const struct packet *p, uint8_t *seg, uint32_t len, unsigned i,
    const struct place *w)
{
	uint8_t *at = seg + p->part[i].at;
	uint32_t rest = len - p->part[i].at;

	switch (p->part[i].kind) {
	case '4':
	case 'o':
		assert_int_equal(get16(at + 2), rest);
		assert_int_equal(get16(at + 4), (FIRST_ID + w->count) & 0xffff);
		assert_int_equal(slow_sum(0, at, (at[0] & 15) * 4u), 0xffff);
		break;
	case '6':
	case 'x':
		assert_int_equal(get16(at + 4), rest - 40);
		break;
	case 'c':
		assert_int_equal(slow_sum(0, at, rest), 0xffff);
		break;
	case 'u':
		assert_int_equal(get16(at + 4), rest);
		assert_int_equal(get16(at + 6), 0);
		break;
	case 'U':
	case 'D':
		assert_int_equal(get16(at + 4), rest);
		assert_int_not_equal(get16(at + 6), 0);
		check_sum(p, seg, len, i);
		break;
	case 'T':
		check_tcp(p, at, w);
		check_sum(p, seg, len, i);
		break;
	}
}

/* Resets the fields that may differ; all other bytes must be equal. */
static void
check_rest(const struct packet *p, uint8_t *seg)
{
	static const struct {
		const char *kinds;
		uint8_t at, len;
	} changes[] = { { "4o", 2, 4 }, { "4o", 10, 2 }, { "6x", 4, 2 },
		{ "c", 4, 2 }, { "UuD", 4, 4 }, { "T", 4, 4 }, { "T", 13, 1 },
		{ "T", 16, 2 } };
	unsigned i, j;
	uint32_t at;

	for (i = 0; i < p->parts; i++)
		for (j = 0; j < sizeof(changes) / sizeof(changes[0]); j++) {
			at = p->part[i].at + changes[j].at;
			if (strchr(changes[j].kinds, p->part[i].kind))
				memcpy(seg + at, p->data + at, changes[j].len);
		}
	assert_memory_equal(seg, p->data, p->head);
}

static void
check_segment(const struct packet *p, const struct frame *out,
    const struct place *w)
{
	static const struct offload none;
	unsigned i;

	assert_memory_equal(&out->off, &none, sizeof(none));
	assert_int_equal(out->when_ns, 42);
	assert_true(out->outbound);
	assert_memory_equal(out->data + p->head, p->data + p->head + w->done,
	    out->len - p->head);
	for (i = 0; i < p->parts; i++)
		check_part(p, out->data, out->len, i, w);
	check_rest(p, out->data);
}

/* Cuts the packet and checks each segment. */
static void
check_packet(const struct packet *p, int linktype)
{
	uint32_t payload = p->frame.len - p->head;
	uint32_t size = p->frame.off.gso ? p->frame.off.gso_size : payload;
	struct place w = { 0, 0, false };
	struct offload_cut cut;
	struct frame out;

	assert_true(is_valid(&p->frame, linktype));
	assert_int_equal(offload_begin(&cut, &p->frame, linktype), 0);
	while (offload_next(&cut, out_buf, sizeof(out_buf), &out) == 1) {
		w.last = payload - w.done <= size;
		assert_int_equal(out.len - p->head,
		    w.last ? payload - w.done : size);
		check_segment(p, &out, &w);
		w.done += out.len - p->head;
		w.count++;
	}
	assert_null(cut.frame);
	assert_int_equal(w.done, payload);
	assert_int_equal(w.count, payload ? (payload + size - 1) / size : 1);
}

static const char *const links[] = { "", "e", "ev", "eqv", "e9vq", NULL };
static const char *const ips[] = { "4", "o", "6", "x", NULL };
static const char *const tunnels[] = { "UVe", "uVe", "UVev", "UGe", "uG", "U",
	"g", "k", "c", "ge", "ke", "ceqv", "", NULL };
static const char *const lasts[] = { "T", "D", NULL };

/* Calls a function with each word of one part from each list. */
static void
each_of(const char *const *const lists[], const char *begun,
    void (*check)(const char *))
{
	const char *const *next;
	char spelled[32];

	if (lists[0] == NULL) {
		check(begun);
		return;
	}
	for (next = lists[0]; *next != NULL; next++) {
		snprintf(spelled, sizeof(spelled), "%s%s", begun, *next);
		each_of(lists + 1, spelled, check);
	}
}

/* With an undone checksum, as Linux sends, and with none, as LRO leaves it. */
static void
check_plain(const char *spelled)
{
	struct offload *off = &packet.frame.off;
	uint16_t size;

	for (size = 1; size < 2000; size += 333) {
		packet_make(&packet, spelled, 1000, size);
		check_packet(&packet, link_of(spelled));
		assert_false(lacks(&packet.frame, link_of(spelled), CAP_ALL));
		put16(packet.data + off->csum_start + off->csum_offset, 0xbeef);
		off->flags = 0;
		off->csum_start = 0;
		check_packet(&packet, link_of(spelled));
	}
}

static void
test_plain(void **state)
{
	const char *const *const lists[] = { links, ips, lasts, NULL };

	(void)state;
	each_of(lists, "", check_plain);
}

/* Whether one of `next' is behind the first IP header, without options. */
static bool
is_around(const char *spelled, const char *next)
{
	const char *ip = strpbrk(spelled, "4o6x");

	return strchr("46", ip[0]) != NULL && strchr(next, ip[1]) != NULL;
}

/* Whether virtio-net's header can describe it: Ethernet, IP, UDP, IP, TCP. */
static bool
is_known(const char *spelled)
{
	const char *udp = strpbrk(spelled, "uU");
	const char *ip = udp != NULL ? strpbrk(udp, "4o6x") : NULL;

	return spelled[0] == 'e' && is_around(spelled, "uU") &&
	    strpbrk(udp + 1, "uUgkc") == NULL && ip[1] == 'T';
}

/* Compares the next segments with the same frame cut as UDP. */
static int
check_joined(struct offload_cut *alone, const struct frame *joined,
    int linktype)
{
	static uint8_t buf[FRAME_MAX];
	struct offload_cut cut;
	struct frame want, got;
	int n = 0;

	assert_false(lacks(joined, linktype, CAP_CSUM | CAP_USO));
	assert_int_equal(offload_begin(&cut, joined, linktype), 0);
	for (; offload_next(&cut, buf, sizeof(buf), &got) == 1; n++) {
		assert_int_equal(offload_next(alone, out_buf, sizeof(out_buf),
				     &want),
		    1);
		assert_int_equal(got.len, want.len);
		assert_memory_equal(got.data, want.data, want.len);
		assert_int_equal(got.when_ns, 42);
	}
	return n;
}

/* tunnel_next() must make the same segments.  Returns its number of frames. */
static int
check_join(const struct packet *p, int linktype)
{
	static uint8_t buf[FRAME_MAX];
	struct offload_cut alone, together;
	struct frame f;
	int n = 0;

	assert_int_equal(offload_begin(&alone, &p->frame, linktype), 0);
	assert_int_equal(offload_begin(&together, &p->frame, linktype), 0);
	for (; tunnel_next(&together, buf, sizeof(buf), &f) == 1; n++)
		assert_in_range(check_joined(&alone, &f, linktype), 1, 64);
	assert_int_equal(offload_next(&alone, out_buf, sizeof(out_buf), &f), 0);
	return n;
}

static void
check_tunnel(const char *spelled)
{
	int linktype = link_of(spelled);
	struct tunnel t;

	packet_make(&packet, spelled, 1000, 301);
	check_packet(&packet, linktype);
	assert_true(lacks(&packet.frame, linktype, CAP_ALL));
	assert_int_equal(has_tunnel(&packet.frame, linktype, &t),
	    is_known(spelled));
	assert_int_equal(lacks(&packet.frame, linktype, CAP_ALL | CAP_TUNNEL),
	    !is_known(spelled));
	assert_int_equal(check_join(&packet, linktype),
	    is_around(spelled, "U") ? 1 : 4);
}

static void
test_tunnels(void **state)
{
	const char *const *const lists[] = { links, ips, tunnels, ips, lasts,
		NULL };

	(void)state;
	each_of(lists, "", check_tunnel);
}

/* Tunnels in tunnels. */
static void
test_nested(void **state)
{
	(void)state;
	check_tunnel("444T");
	check_tunnel("e4U4UVe6T");
	check_tunnel("e6c4UVe4D");
	check_tunnel("e4g4g6T");
	check_tunnel("e6U64T");
}

static void
check_whole(const char *spelled)
{
	packet_make(&packet, spelled, 501, 0);
	check_packet(&packet, link_of(spelled));
}

static void
test_joined(void **state)
{
	(void)state;
	packet_make(&packet, "ev4UVe4T", 60000, 1400);
	assert_int_equal(check_join(&packet, LINK_ETHERNET), 1);
	packet_make(&packet, "e6UGe6T", 64000, 1400); /* 65535 */
	assert_int_equal(check_join(&packet, LINK_ETHERNET), 2);
	packet_make(&packet, "4UVe4T", 6500, 100); /* 64 and 1 */
	assert_int_equal(check_join(&packet, LINK_RAW), 2);
	packet_make(&packet, "4UVe4T", 200, 100);
	assert_int_equal(check_join(&packet, LINK_RAW), 1);
	packet_make(&packet, "4UVe4T", 100, 100);
	assert_int_equal(check_join(&packet, LINK_RAW), 1);
	packet_make(&packet, "4T", 6500, 100);
	assert_int_equal(check_join(&packet, LINK_RAW), 65);
	packet_make(&packet, "e4UVe4T", 6500, 0);
	assert_int_equal(check_join(&packet, LINK_ETHERNET), 1);
}

/* tunnel_find() finds the headers, and refuses what virtio cannot describe. */
static void
test_tunnel_find(void **state)
{
	struct tunnel t;
	struct frame *f = &packet.frame;
	uint8_t *udp = packet.data + 34;

	(void)state;
	packet_make(&packet, "eqv6uVe4T", 1000, 301);
	assert_true(has_tunnel(f, LINK_ETHERNET, &t));
	assert_true(t.ip6 && !t.csum);
	assert_int_equal(t.udp, 22 + 40);
	assert_int_equal(t.inner, 22 + 40 + 8 + 8 + 14);
	packet_make(&packet, "e4U6T", 1000, 999);
	assert_true(has_tunnel(f, LINK_ETHERNET, &t));
	assert_true(!t.ip6 && t.csum);
	f->off.gso_size = 1000; /* one segment */
	assert_false(has_tunnel(f, LINK_ETHERNET, &t));
	f->off.gso_size = 0;
	assert_false(has_tunnel(f, LINK_ETHERNET, &t));
	packet_make(&packet, "e4UVe4T", 1000, 301);
	udp[7] ^= 1; /* no sum of a pseudo header */
	assert_false(has_tunnel(f, LINK_ETHERNET, &t));
	assert_true(lacks(f, LINK_ETHERNET, CAP_ALL | CAP_TUNNEL));
	udp[6] = udp[7] = 0;
	assert_true(has_tunnel(f, LINK_ETHERNET, &t));
	udp[5] ^= 1; /* another length */
	assert_false(has_tunnel(f, LINK_ETHERNET, &t));
	packet_make(&packet, "e4uVe4T", 65536 - 94, 1400); /* it wraps */
	assert_true(is_valid(f, LINK_ETHERNET));
	assert_false(has_tunnel(f, LINK_ETHERNET, &t));
	packet_make(&packet, "e4uVe4T", 65535 - 94, 1400);
	assert_true(has_tunnel(f, LINK_ETHERNET, &t));
	packet_make(&packet, "e4UVe4T", 1000, 301);
	for (f->len--; f->len > 0; f->len--)
		assert_false(has_tunnel(f, LINK_ETHERNET, &t));
}

/* flow_clear() returns how many frames would have come out. */
static void
test_flow_clear(void **state)
{
	struct flow *f = calloc(1, sizeof(*f));
	uint64_t invalid = 0;

	(void)state;
	assert_non_null(f);
	assert_int_equal(flow_open(f), 0);
	packet_make(&packet, "e4T", 60000, 100);
	f->in[0] = f->in[1] = packet.frame;
	f->in[1].off = (struct offload) { 0 };
	f->nin = 2;
	flow_fill(f, 0, LINK_ETHERNET, &invalid);
	assert_int_equal(f->nout, FRAME_BATCH);
	f->iout = 50; /* were sent */
	assert_int_equal(flow_clear(f), 600 - 50 + 1);
	assert_true(flow_empty(f));
	assert_int_equal(flow_clear(f), 0);
	flow_close(f);
	free(f);
}

/* No segmentation: the checksum is completed wherever csum_start points. */
static void
test_checksum_only(void **state)
{
	(void)state;
	check_whole("e4T");
	check_whole("ev6D");
	check_whole("4D");
	check_whole("xT");
}

static void
test_zero_checksum(void **state)
{
	const struct part *udp;
	struct offload_cut cut;
	struct frame out;
	uint16_t size;
	uint32_t sum;

	(void)state;
	for (size = 0; size < 2000; size += 1000) {
		packet_make(&packet, "e6D", 1000, size);
		udp = &packet.part[packet.parts - 1];
		put16(packet.data + packet.head, 0);
		sum = slow_sum(0, packet.data + udp->at,
		    packet.frame.len - udp->at);
		put16(packet.data + packet.head, 0xffff - sum);
		offload_begin(&cut, &packet.frame, LINK_ETHERNET);
		assert_int_equal(offload_next(&cut, out_buf, sizeof(out_buf),
				     &out),
		    1);
		assert_int_equal(get16(out_buf + udp->at + 6), 0xffff);
	}
}

static void
test_largest(void **state)
{
	(void)state;
	packet_make(&packet, "e4T", 65535 - 44, 1);
	check_packet(&packet, LINK_ETHERNET);
	packet_make(&packet, "evq6D", 65535 - 48, 1400);
	check_packet(&packet, LINK_ETHERNET);
	assert_int_equal(packet.frame.len, FRAME_MAX);
	/* the outer lengths wrap */
	packet_make(&packet, "4UVe4T", 65500 - 44, 1400);
	check_packet(&packet, LINK_RAW);
	assert_int_equal(get16(packet.data + 2), 65550 - 65536);
	memset(&packet.frame.off, 0, sizeof(packet.frame.off));
	packet.frame.len = FRAME_MAX;
	assert_true(is_valid(&packet.frame, LINK_RAW));
	packet.frame.len = FRAME_MAX + 1;
	assert_false(is_valid(&packet.frame, LINK_RAW));
}

/* --- what is wrong --- */

static bool
valid(const struct packet *p, const char *spelled)
{
	struct offload_cut cut;
	bool ok = is_valid(&p->frame, link_of(spelled));

	assert_int_equal(offload_begin(&cut, &p->frame, link_of(spelled)),
	    ok ? 0 : -1);
	assert_int_equal(cut.frame != NULL, ok);
	if (!ok && p->frame.off.gso != 0)
		assert_true(lacks(&p->frame, link_of(spelled), CAP_ALL));
	return ok;
}

/* CWR: only the first segment's; with accurate ECN (RFC 9768) all have it. */
static void
test_cwr(void **state)
{
	static const uint8_t kinds[] = { 0, OFFLOAD_ECN, OFFLOAD_ACCECN };
	struct offload_cut cut;
	struct frame out;
	unsigned i, n;

	(void)state;
	for (i = 0; i < 3; i++) {
		packet_make(&packet, "e4T", 4000, 1000);
		packet.frame.data[14 + 20 + 13] |= 0x80;
		packet.frame.off.gso |= kinds[i];
		assert_int_equal(lacks(&packet.frame, LINK_ETHERNET,
				     CAP_ALL | CAP_TUNNEL),
		    kinds[i] == OFFLOAD_ACCECN);
		assert_int_equal(offload_begin(&cut, &packet.frame,
				     LINK_ETHERNET),
		    0);
		for (n = 0;; n++) {
			if (offload_next(&cut, out_buf, sizeof(out_buf),
				&out) != 1)
				break;
			assert_int_equal(out.data[14 + 20 + 13] & 0x80,
			    n == 0 || kinds[i] == OFFLOAD_ACCECN ? 0x80 : 0);
		}
		assert_int_equal(n, 4);
	}
}

static void
test_wrong_offload(void **state)
{
	static const struct {
		struct offload off; /* for Ethernet, IPv4, TCP, 100 bytes */
		bool valid;
	} cases[] = {
		{ { 1, OFFLOAD_TCP4, 58, 10, 34, 16 }, true },
		{ { 1, OFFLOAD_TCP4 | OFFLOAD_ECN, 58, 10, 34, 16 }, true },
		{ { 1, OFFLOAD_TCP4 | OFFLOAD_ACCECN, 58, 10, 34, 16 }, true },
		{ { 1, OFFLOAD_TCP4, 0, 10, 34, 16 }, true },
		{ { 1, OFFLOAD_TCP4, 65535, 65535, 34, 16 }, true },
		{ { 3, OFFLOAD_TCP4, 1, 10, 34, 16 }, true },
		{ { 0, OFFLOAD_TCP4, 58, 10, 0, 0 }, true },
		{ { 2, 0, 0, 0, 0, 0 }, true },
		{ { 1, 0, 0, 0, 156, 0 }, true },
		{ { 1, 0, 0, 0, 0, 156 }, true },
		{ { 1, 0, 0, 0, 157, 0 }, false },
		{ { 1, 0, 0, 0, 34, 123 }, false },
		{ { 1, 0, 0, 0, 65535, 65535 }, false },
		{ { 1, OFFLOAD_TCP4, 58, 0, 34, 16 }, false },
		{ { 1, OFFLOAD_TCP4, 58, 10, 34, 6 }, false },
		{ { 1, OFFLOAD_TCP4, 58, 10, 33, 16 }, false },
		{ { 1, OFFLOAD_TCP4, 58, 10, 35, 16 }, false },
		{ { 1, OFFLOAD_TCP4, 58, 10, 0, 16 }, false },
		{ { 1, OFFLOAD_TCP4, 58, 10, 158, 16 }, false },
		{ { 1, OFFLOAD_TCP4, 58, 10, 65535, 65535 }, false },
		{ { 1, OFFLOAD_TCP6, 58, 10, 34, 16 }, false },
		{ { 1, OFFLOAD_UDP, 58, 10, 34, 16 }, false },
		{ { 1, OFFLOAD_UDP, 58, 10, 34, 6 }, false },
		{ { 1, OFFLOAD_UDP_FRAG, 58, 10, 34, 6 }, false },
		{ { 1, OFFLOAD_ECN, 58, 10, 34, 16 }, false },
		{ { 1, 2, 58, 10, 34, 16 }, false },
		{ { 1, 0x21, 58, 10, 34, 16 }, false },
		{ { 1, 255, 58, 10, 34, 16 }, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		packet_make(&packet, "e4T", 100, 10);
		packet.frame.off = cases[i].off;
		if (valid(&packet, "e4T") != cases[i].valid)
			fail_msg("case %zu", i);
	}
}

static void
test_wrong_frame(void **state)
{
	static const struct {
		const char *spelled;
		uint32_t at;
		uint8_t value;
	} cases[] = {
		{ "e4T", 12, 0x86 }, /* ethertype */
		{ "ev4T", 16, 0 }, /* ethertype after the tag */
		{ "ev4T", 12, 0x92 }, /* not a tag */
		{ "e4T", 14, 0x44 }, /* IPv4 header of 16 bytes */
		{ "e4T", 14, 0x46 }, /* IPv4 header into TCP */
		{ "e4T", 14, 0x4f }, /* IPv4 header past TCP */
		{ "e4T", 14, 0x65 }, /* version */
		{ "e4T", 16, 1 }, /* total length */
		{ "e4T", 20, 0x20 }, /* more fragments */
		{ "e4T", 21, 1 }, /* fragment offset */
		{ "e4T", 23, 17 }, /* protocol */
		{ "e4T", 23, 50 }, /* protocol */
		{ "e4T", 46, 0x40 }, /* TCP header of 16 bytes */
		{ "e4T", 46, 0 }, /* TCP header of nothing */
		{ "4T", 0, 0x55 }, /* version */
		{ "6T", 4, 0xff }, /* payload length */
		{ "6T", 6, 44 }, /* fragment header */
		{ "6T", 6, 17 }, /* next header */
		{ "xT", 41, 1 }, /* options past TCP's begin */
		{ "xT", 49, 255 }, /* options past the frame */
		{ "xT", 40, 51 }, /* authentication header */
		{ "4g4T", 20, 0x10 }, /* GRE with a sequence number */
		{ "4g4T", 20, 0x40 }, /* GRE with routing */
		{ "4g4T", 21, 1 }, /* another version of GRE */
		{ "4g4T", 26, 0xff }, /* inner total length */
		{ "4UVe4T", 50, 0x46 }, /* inner header does not meet TCP */
		{ "4UVe4T", 52, 0xff }, /* inner total length */
		{ "4UVe4T", 59, 1 }, /* inner protocol */
		{ "4UVe6T", 54, 0xff }, /* inner payload length */
		{ "4UVe4T", 9, 132 }, /* outer protocol is no tunnel */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		packet_make(&packet, cases[i].spelled, 100, 10);
		assert_true(valid(&packet, cases[i].spelled));
		packet.data[cases[i].at] = cases[i].value;
		if (valid(&packet, cases[i].spelled))
			fail_msg("case %zu", i);
	}
}

/* A TCP header that ends past the frame. */
static void
test_short_transport(void **state)
{
	(void)state;
	packet_make(&packet, "e4T", 36, 10);
	packet.data[34 + 12] = 0xf0;
	assert_true(valid(&packet, "e4T"));
	packet_make(&packet, "e4T", 35, 10);
	packet.data[34 + 12] = 0xf0;
	assert_false(valid(&packet, "e4T"));
}

/* An IP header of 16 bytes, by its own length field. */
static void
test_short_ip(void **state)
{
	(void)state;
	packet_make(&packet, "4T", 100, 10);
	packet.frame.off.flags = 0;
	packet.data[16 + 12] = 0x50;
	assert_true(valid(&packet, "4T"));
	packet.data[0] = 0x44;
	assert_false(valid(&packet, "4T"));
}

/* The wrong one of the two kinds of TCP segmentation. */
static void
test_other_version(void **state)
{
	(void)state;
	packet_make(&packet, "e6T", 100, 10);
	packet.frame.off.gso = OFFLOAD_TCP4;
	assert_false(valid(&packet, "e6T"));
	packet_make(&packet, "e4g6T", 100, 10);
	packet.frame.off.gso = OFFLOAD_TCP4;
	assert_false(valid(&packet, "e4g6T"));
}

/* Bytes before the inner header look like one that ends too early. */
static void
test_false_header(void **state)
{
	uint8_t *option;

	(void)state;
	packet_make(&packet, "4UGe4T", 100, 10);
	option = packet.data + packet.part[2].at + 12;
	put16(option + 4, packet.frame.len - packet.part[2].at - 12 - 40);
	option[6] = 59;
	check_packet(&packet, LINK_RAW);
}

/* Any csum_start, in memory of the exact size for the address sanitizer. */
static void
check_starts(const struct packet *p, int linktype)
{
	uint16_t right = p->frame.off.csum_start, start;
	struct frame f = p->frame;

	f.data = malloc(f.len ? f.len : 1);
	assert_non_null(f.data);
	memcpy(f.data, p->data, f.len);
	for (start = 0; start < f.len + 20; start++) {
		f.off.csum_start = start;
		assert_int_equal(is_valid(&f, linktype),
		    start == right && f.len >= p->head);
	}
	f.off.flags = 0;
	(void)is_valid(&f, linktype);
	free(f.data);
}

/* The frame is cut at each byte, with wrong and with right length fields. */
static void
check_cut_short(const char *spelled)
{
	uint32_t full, len, part;

	packet_make(&packet, spelled, 40, 10);
	full = packet.frame.len;
	for (len = 0; len < full; len++) {
		packet_make(&packet, spelled, 40, 10);
		packet.frame.len = len;
		assert_false(is_valid(&packet.frame, link_of(spelled)));
		for (part = 0; part < packet.parts; part++)
			if (packet.part[part].at < len)
				part_close(&packet, part);
		check_starts(&packet, link_of(spelled));
	}
}

static void
test_cut_short(void **state)
{
	(void)state;
	check_cut_short("e4T");
	check_cut_short("eqv6D");
	check_cut_short("xT");
	check_cut_short("4UVeoT");
	check_cut_short("e6UGexT");
	check_cut_short("4ce6T");
	check_cut_short("464T");
}

/* Extension headers without end, VLAN tags without end, too many layers. */
static void
test_long_head(void **state)
{
	uint32_t at;

	(void)state;
	packet_make(&packet, "6T", 2000, 10);
	packet.data[6] = 60;
	for (at = 40; at < packet.frame.len; at += 8)
		memcpy(packet.data + at, "\x3c\0\1\4\0\0\0\0", 8);
	packet.frame.off.csum_start = 1200;
	assert_false(valid(&packet, "6T"));
	packet.frame.off.flags = 0;
	assert_false(valid(&packet, "6T"));
	memcpy(packet.data + 40, "\6\x78", 2); /* 968 bytes, then TCP */
	packet.data[40 + 968 + 12] = 0x50;
	assert_false(valid(&packet, "6T"));
	packet.data[41] = 0x77;
	packet.data[40 + 960 + 12] = 0x50;
	assert_true(valid(&packet, "6T"));
	packet_make(&packet, "evvvvvvvvvvv4T", 9, 5);
	check_packet(&packet, LINK_ETHERNET);
	packet_make(&packet, "e4T", 2000, 10);
	for (at = 12; at < 2000; at += 4)
		memcpy(packet.data + at, "\x81\0\0\5", 4);
	assert_false(valid(&packet, "e4T"));
	packet_make(&packet, "44444444T", 9, 5);
	check_packet(&packet, LINK_RAW);
	packet_make(&packet, "4444444444T", 9, 5);
	assert_false(valid(&packet, "4"));
}

static void
test_runt(void **state)
{
	uint8_t data[14] = { 1, 2, 3 };
	struct frame f = { .data = data, .len = 14 }, out;
	struct offload_cut cut;

	(void)state;
	assert_false(lacks(&f, LINK_ETHERNET, 0));
	assert_int_equal(offload_begin(&cut, &f, LINK_ETHERNET), 0);
	assert_int_equal(offload_next(&cut, out_buf, sizeof(out_buf), &out), 1);
	assert_int_equal(out.len, 14);
	assert_memory_equal(out.data, data, 14);
	assert_int_equal(offload_next(&cut, out_buf, sizeof(out_buf), &out), 0);
	f.off = (struct offload) { 1, 0, 0, 0, 13, 0 };
	assert_false(is_valid(&f, LINK_ETHERNET));
	f.off = (struct offload) { 1, OFFLOAD_TCP4, 0, 10, 12, 0 };
	assert_false(is_valid(&f, LINK_ETHERNET));
	f.off = (struct offload) { 0, OFFLOAD_UDP, 0, 10, 0, 0 };
	assert_false(is_valid(&f, LINK_ETHERNET));
	assert_false(is_valid(&f, LINK_RAW));
}

static void
test_small_buffer(void **state)
{
	struct offload_cut cut;
	struct frame out;
	uint8_t buf[67];

	(void)state;
	packet_make(&packet, "e4T", 30, 10);
	assert_int_equal(offload_begin(&cut, &packet.frame, LINK_ETHERNET), 0);
	assert_int_equal(offload_next(&cut, buf, sizeof(buf), &out), 0);
	assert_null(cut.frame);
	packet_make(&packet, "e4T", 30, 9);
	assert_int_equal(offload_begin(&cut, &packet.frame, LINK_ETHERNET), 0);
	assert_int_equal(offload_next(&cut, buf, sizeof(buf), &out), 1);
}

/* --- the rest --- */

static void
test_needed(void **state)
{
	static const struct {
		const char *spelled;
		uint16_t size;
		unsigned caps; /* that are enough together */
	} cases[] = {
		{ "e4T", 0, CAP_CSUM },
		{ "e6D", 0, CAP_CSUM },
		{ "e4UVe6T", 0, CAP_CSUM },
		{ "e4T", 10, CAP_CSUM | CAP_TSO4 },
		{ "ev6T", 10, CAP_CSUM | CAP_TSO6 },
		{ "4D", 10, CAP_CSUM | CAP_USO },
		{ "6D", 10, CAP_CSUM | CAP_USO },
		{ "e4UVe6T", 10, CAP_CSUM | CAP_TSO6 | CAP_TUNNEL },
	};
	unsigned caps;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (caps = 0; caps <= (CAP_ALL | CAP_TUNNEL); caps++) {
			packet_make(&packet, cases[i].spelled, 100,
			    cases[i].size);
			assert_int_equal(lacks(&packet.frame,
					     link_of(cases[i].spelled), caps),
			    (cases[i].caps & ~caps) != 0);
		}
	packet_make(&packet, "e4T", 100, 10);
	packet.frame.off.gso |= OFFLOAD_ECN;
	assert_false(lacks(&packet.frame, LINK_ETHERNET, CAP_CSUM | CAP_TSO4));
	packet.frame.off = (struct offload) { .flags = OFFLOAD_CSUM_VALID };
	assert_false(lacks(&packet.frame, LINK_ETHERNET, 0));
}

static void
test_shift(void **state)
{
	static const struct {
		struct offload before;
		int n;
		struct offload after;
	} cases[] = {
		{ { 1, 1, 54, 9, 34, 16 }, 4, { 1, 1, 58, 9, 38, 16 } },
		{ { 1, 1, 58, 9, 38, 16 }, -4, { 1, 1, 54, 9, 34, 16 } },
		{ { 1, 0, 0, 0, 34, 6 }, 4, { 1, 0, 0, 0, 38, 6 } },
		{ { 0, 1, 54, 9, 0, 0 }, 4, { 0, 1, 58, 9, 0, 0 } },
		{ { 0 }, 4, { 0 } },
		{ { 2, 0, 0, 0, 0, 0 }, -14, { 2, 0, 0, 0, 0, 0 } },
		{ { 1, 1, 65533, 9, 65534, 6 }, 4,
		    { 1, 1, 65535, 9, 65535, 6 } },
		{ { 1, 1, 3, 9, 2, 6 }, -14, { 1, 1, 0, 9, 0, 6 } },
	};
	struct offload off;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		off = cases[i].before;
		offload_shift(&off, cases[i].n);
		assert_memory_equal(&off, &cases[i].after, sizeof(off));
	}
}

static void
check_checksum(const uint8_t *p, size_t len)
{
	uint32_t sum = slow_sum(0, p, (uint32_t)len);
	uint32_t half = checksum_add(0, p, len / 2 & ~(size_t)1);
	uint16_t whole = checksum_fold(checksum_add(0, p, len));

	assert_int_equal(ntohs(whole), sum ^ 0xffff);
	half = checksum_add(half, p + (len / 2 & ~(size_t)1),
	    len - (len / 2 & ~(size_t)1));
	assert_int_equal(checksum_fold(half), whole);
	assert_true(checksum_add(UINT32_MAX, p, len) < 1u << 17);
}

static void
test_checksum(void **state)
{
	static uint8_t bytes[3][256];
	size_t i, at, len;

	(void)state;
	memset(bytes[0], 0xff, sizeof(bytes[0]));
	for (i = 0; i < sizeof(bytes[2]); i++)
		bytes[2][i] = (uint8_t)(i * i * 7 + 200);
	for (i = 0; i < 3; i++)
		for (at = 0; at < 8; at++)
			for (len = 0; len < 200; len++)
				check_checksum(bytes[i] + at, len);
	assert_int_equal(checksum_fold(UINT32_MAX), 0);
	assert_int_equal(checksum_fold(0), 0xffff);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_ethernet),
		cmocka_unit_test(test_kernel_raw),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_tunnels),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_joined),
		cmocka_unit_test(test_tunnel_find),
		cmocka_unit_test(test_checksum_only),
		cmocka_unit_test(test_zero_checksum),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_cwr),
		cmocka_unit_test(test_wrong_offload),
		cmocka_unit_test(test_wrong_frame),
		cmocka_unit_test(test_short_transport),
		cmocka_unit_test(test_short_ip),
		cmocka_unit_test(test_other_version),
		cmocka_unit_test(test_false_header),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_long_head),
		cmocka_unit_test(test_runt),
		cmocka_unit_test(test_small_buffer),
		cmocka_unit_test(test_flow_clear),
		cmocka_unit_test(test_needed),
		cmocka_unit_test(test_shift),
		cmocka_unit_test(test_checksum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

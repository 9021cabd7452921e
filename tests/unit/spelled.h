/* SPDX-License-Identifier: ISC */
/*
 * Makes packets with any sequence of headers, for tests of segmentation.
 * Include it after <cmocka.h>.
 */
#ifndef SPELLED_H
#define SPELLED_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "frame/flow.h"
#include "frame/offload.h"

static inline uint32_t
get16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t
get32(const uint8_t *p)
{
	return get16(p) << 16 | get16(p + 2);
}

static inline void
put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* RFC 1071 in the simplest way: the folded sum, not complemented. */
static inline uint32_t
slow_sum(uint32_t sum, const uint8_t *p, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++) {
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

static inline uint32_t
slow_pseudo(const uint8_t *ip, uint32_t proto, uint32_t len)
{
	uint32_t sum = proto + (len >> 16) + (len & 0xffff);

	if (ip[0] >> 4 == 4)
		return slow_sum(sum, ip + 12, 8);
	return slow_sum(sum, ip + 8, 32);
}

/*
 * A word describes a packet, with one letter for each header: e Ethernet; v, q,
 * 9 VLAN tags; 4 and o IPv4 without and with options; 6 and x IPv6 without and
 * with extension headers; U and u outer UDP with and without checksum; V VXLAN;
 * G GENEVE; g, k, c GRE plain, with a key, with key and checksum; T TCP; D
 * inner UDP; S SCTP with a checksum field of zero, as Linux leaves it.
 */
#define PARTS	 16
#define FIRST_ID 0xfffe

struct packet {
	struct frame frame;
	struct part {
		char kind;
		uint32_t at;
	} part[PARTS];
	unsigned parts;
	uint32_t head;
	uint8_t data[FRAME_MAX];
};

static struct packet packet;

static const struct header {
	char kind;
	uint8_t len;
	uint8_t bytes[64];
} headers[] = {
	{ 'e', 14, { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 } },
	{ 'v', 4, { 0x00, 0x05 } },
	{ 'q', 4, { 0x60, 0x05 } },
	{ '9', 4, { 0x00, 0x00 } },
	{ '4', 20,
	    { 0x45, 1, 0, 0, 0xff, 0xfe, 0x40, 0, 64, 0, 0, 0, 10, 0, 0, 1, 255,
		255, 255, 254 } },
	{ 'o', 28,
	    { 0x47, 1, 0, 0, 0xff, 0xfe, 0, 0, 64, 0, 0, 0, 10, 0, 0, 1, 10, 0,
		0, 2, 1, 1, 1, 1, 1, 1, 1, 0 } },
	{ '6', 40,
	    { 0x60, 0, 0, 0, 0, 0, 0, 64, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 2 } },
	{ 'x', 64,
	    { 0x60, 0, 0, 0, 0, 0, 0, 64, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 1, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
		60, 0, 1, 4, 0, 0, 0, 0, 0, 1, 1, 12 } },
	{ 'U', 8, { 0x30, 0, 0x12, 0xb5, 0, 0, 0x12, 0x34 } },
	{ 'u', 8, { 0x30, 0, 0x12, 0xb5 } },
	{ 'V', 8, { 8, 0, 0, 0, 0, 0, 5, 0 } },
	{ 'G', 20,
	    { 3, 0, 0x65, 0x58, 0, 0, 5, 0, 1, 2, 3, 1, 0x60, 0, 0, 0, 0x45 } },
	{ 'g', 4, { 0 } },
	{ 'k', 8, { 0x20, 0, 0, 0, 0x60, 0, 0, 0 } },
	{ 'c', 12, { 0xa0, 0, 0, 0, 0xaa, 0xaa, 0, 0, 0x45, 0, 0, 0 } },
	{ 'T', 24,
	    { 0, 80, 0, 81, 0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 9, 0x60, 0xff, 1,
		0, 0, 0, 0, 0, 1, 1, 1, 0 } },
	{ 'D', 8, { 0, 80, 0, 81 } },
	{ 'S', 12, { 0, 80, 0, 81, 1, 2, 3, 4 } },
};

static inline const struct header *
header_of(char kind)
{
	size_t i;

	for (i = 0; headers[i].kind != kind; i++)
		assert_true(i + 1 < sizeof(headers) / sizeof(headers[0]));
	return &headers[i];
}

static inline uint32_t
ethertype_of(char kind)
{
	static const struct {
		char kind;
		uint16_t type;
	} types[] = { { 'v', 0x8100 }, { 'q', 0x88a8 }, { '9', 0x9100 },
		{ '4', 0x0800 }, { 'o', 0x0800 }, { '6', 0x86dd },
		{ 'x', 0x86dd }, { 'e', 0x6558 } };
	size_t i;

	for (i = 0; types[i].kind != kind; i++)
		assert_true(i + 1 < sizeof(types) / sizeof(types[0]));
	return types[i].type;
}

static inline uint8_t
proto_of(char kind)
{
	if (strchr("46ox", kind) != NULL)
		return kind == '4' || kind == 'o' ? 4 : 41;
	if (strchr("UuD", kind) != NULL)
		return 17;
	if (kind == 'S')
		return 132;
	return kind == 'T' ? 6 : 47;
}

/* Finds the last IP header before part i. */
static inline uint8_t *
ip_before(const struct packet *p, uint8_t *data, unsigned i)
{
	while (strchr("46ox", p->part[--i].kind) == NULL)
		;
	return data + p->part[i].at;
}

/* Fills the fields that depend on the next header and the length. */
static inline void
part_close(struct packet *p, unsigned i)
{
	uint8_t *at = p->data + p->part[i].at;
	uint32_t len = p->frame.len - p->part[i].at;
	char next = i + 1 < p->parts ? p->part[i + 1].kind : 0;

	switch (p->part[i].kind) {
	case 'e':
		put16(at + 12, ethertype_of(next));
		break;
	case 'v':
	case 'q':
	case '9':
	case 'g':
	case 'k':
	case 'c':
		put16(at + 2, ethertype_of(next));
		break;
	case '4':
	case 'o':
		put16(at + 2, len);
		at[9] = proto_of(next);
		put16(at + 10, 0xffff ^ slow_sum(0, at, (at[0] & 15) * 4u));
		break;
	case '6':
	case 'x':
		put16(at + 4, len - 40);
		at[p->part[i].kind == '6' ? 6 : 48] = proto_of(next);
		break;
	case 'U':
		put16(at + 6, slow_pseudo(ip_before(p, p->data, i), 17, len));
		/* FALLTHROUGH */
	case 'u':
	case 'D':
		put16(at + 4, len);
		break;
	}
}

static inline uint8_t
gso_of(const struct packet *p)
{
	unsigned last = p->parts - 1;

	if (p->part[last].kind == 'D')
		return OFFLOAD_UDP;
	return strchr("4o", p->part[last - 1].kind) ? OFFLOAD_TCP4 :
						      OFFLOAD_TCP6;
}

/* Fills checksum field and off as a kernel does for a frame to be segmented. */
static inline void
packet_close(struct packet *p, uint16_t size)
{
	unsigned last = p->parts - 1;
	uint32_t at = p->part[last].at, len = p->frame.len - at;
	uint8_t proto = proto_of(p->part[last].kind);
	uint16_t field = proto == 6 ? 16 : proto == 132 ? 8 : 6;

	if (proto != 132)
		put16(p->data + at + field,
		    slow_pseudo(ip_before(p, p->data, last), proto, len));
	p->frame.off.flags = OFFLOAD_CSUM;
	p->frame.off.gso = size ? gso_of(p) : 0;
	p->frame.off.gso_size = size;
	p->frame.off.csum_start = (uint16_t)at;
	p->frame.off.csum_offset = field;
}

static inline void
packet_make(struct packet *p, const char *spelled, uint32_t payload,
    uint16_t size)
{
	const struct header *h;
	unsigned i;

	memset(p, 0, offsetof(struct packet, data));
	p->frame.data = p->data;
	p->frame.when_ns = 42;
	p->frame.outbound = true;
	for (; *spelled != '\0'; spelled++) {
		h = header_of(*spelled);
		p->part[p->parts].kind = *spelled;
		p->part[p->parts++].at = p->frame.len;
		memcpy(p->data + p->frame.len, h->bytes, h->len);
		p->frame.len += h->len;
	}
	p->head = p->frame.len;
	for (i = 0; i < payload; i++)
		p->data[p->frame.len++] = (uint8_t)(i * 31 + i / 256);
	for (i = 0; i < p->parts; i++)
		part_close(p, i);
	packet_close(p, size);
}

static inline int
link_of(const char *spelled)
{
	return spelled[0] == 'e' ? LINK_ETHERNET : LINK_RAW;
}

/* The tests that a flow makes of a frame: */
static inline bool
is_valid(const struct frame *f, int linktype)
{
	struct offload_cut cut;

	return offload_begin(&cut, f, linktype) == 0;
}

/* true also for an invalid one */
static inline bool
lacks(const struct frame *f, int linktype, unsigned caps)
{
	struct offload_cut cut;
	struct tunnel t;

	return offload_begin(&cut, f, linktype) == -1 ||
	    flow_lacks(&cut, caps, &t);
}

static inline bool
has_tunnel(const struct frame *f, int linktype, struct tunnel *t)
{
	struct offload_cut cut;

	return offload_begin(&cut, f, linktype) == 0 && tunnel_find(&cut, t);
}

#endif

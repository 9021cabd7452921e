/*
 * Theory of operation.  A frame with segmentation is one packet whose TCP or
 * UDP payload is too long.  offload_begin() finds, once, every header in
 * front of that payload which differs from segment to segment (struct
 * offload_layers); offload_next() copies the headers and a piece of the
 * payload and mends the layers from the inside out, so that an outer checksum
 * sums inner ones that are already right.
 *
 * Linux captures a tunnel's super-frame with csum_start at the innermost
 * transport header and says nothing of the layers between.  IP, UDP and GRE
 * are walked from the outside in.  But ports of UDP tunnels are configurable
 * and their headers many (VXLAN, GENEVE, GUE, MPLS), and nothing in them
 * depends on a segment's length; so they are not parsed: the inner IP header
 * is the one that ends at csum_start and whose length field ends with the
 * frame.
 *
 * A length field must match the frame modulo 65536: it wraps in the outer
 * header when a tunnel is put around a super-frame of full size.
 *
 * The transport's checksum starts from what the sender has left in its field,
 * the pseudo header's sum: with source routing (IPv4 options, IPv6 routing
 * header) the destination in it is not the one in the IP header.
 */
#include <sys/types.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "offload.h"

#define TCP_CSUM     16
#define TCP_FLAGS    13
#define TCP_FIN	     0x01
#define TCP_PSH	     0x08
#define TCP_CWR	     0x80
#define UDP_CSUM     6
#define TCP_HEAD     20
#define UDP_HEAD     8
#define GRE_CHECKSUM 0x8000
#define GRE_KEY	     0x2000

enum layer_kind { LAYER_IP4, LAYER_IP6, LAYER_GRE, LAYER_UDP, LAYER_TCP };

struct ip {
	uint32_t l4; /* past options and extension headers */
	uint8_t version;
	uint8_t proto;
};

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void
put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

/* Sums stay in memory order: see RFC 1071, 2 (B). */

static uint64_t
add64(uint64_t sum, uint64_t v)
{
	sum += v;
	return sum + (sum < v);
}

static uint64_t
load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

uint32_t
checksum_add(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint8_t rest[8] = { 0 };
	uint64_t a = sum, b = 0;

	for (; len >= 16; p += 16, len -= 16) {
		a = add64(a, load64(p));
		b = add64(b, load64(p + 8));
	}
	if (len >= 8) {
		b = add64(b, load64(p));
		p += 8;
		len -= 8;
	}
	if (len > 0)
		memcpy(rest, p, len);
	a = add64(add64(a, b), load64(rest));
	a = (a & UINT32_MAX) + (a >> 32);
	a = (a & UINT32_MAX) + (a >> 32);
	return (uint32_t)((a & 0xffff) + (a >> 16));
}

uint16_t
checksum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* The sum of a number as a pseudo header has it. */
static uint32_t
sum_of(uint32_t number)
{
	return (uint32_t)htons((uint16_t)number) +
	    htons((uint16_t)(number >> 16));
}

static void
put_checksum(uint8_t *p, uint32_t sum, bool never_zero)
{
	uint16_t folded = checksum_fold(sum);

	if (folded == 0 && never_zero)
		folded = 0xffff;
	memcpy(p, &folded, sizeof(folded));
}

/* Where the first IP header is; 0 is an answer for raw IP only. */
static bool
link_read(const struct frame *f, int linktype, uint32_t *ip)
{
	uint32_t at = 12;
	uint16_t type = 0;

	*ip = 0;
	if (linktype == LINK_RAW)
		return true;
	for (; at + 2 <= f->len && at < OFFLOAD_HEAD; at += 4) {
		type = get16(f->data + at);
		if (type != 0x8100 && type != 0x88a8 && type != 0x9100)
			break;
	}
	*ip = at + 2;
	if (*ip >= f->len)
		return false;
	return (type == 0x0800 && f->data[*ip] >> 4 == 4) ||
	    (type == 0x86dd && f->data[*ip] >> 4 == 6);
}

/* A whole, unfragmented IPv4 packet that ends with the frame. */
static bool
ip4_read(const struct frame *f, uint32_t at, struct ip *ip)
{
	const uint8_t *p = f->data + at;
	uint32_t head = (p[0] & 15) * 4u;

	if (head < 20 || f->len - at < head)
		return false;
	ip->l4 = at + head;
	ip->proto = p[9];
	return get16(p + 2) == (uint16_t)(f->len - at) &&
	    (get16(p + 6) & 0x3fff) == 0;
}

static bool
ip6_read(const struct frame *f, uint32_t at, struct ip *ip)
{
	const uint8_t *p = f->data + at;

	if (f->len - at < 40 || get16(p + 4) != (uint16_t)(f->len - at - 40))
		return false;
	ip->l4 = at + 40;
	ip->proto = p[6];
	while (ip->proto == IPPROTO_HOPOPTS || ip->proto == IPPROTO_ROUTING ||
	    ip->proto == IPPROTO_DSTOPTS) {
		if (ip->l4 > OFFLOAD_HEAD || ip->l4 + 8 > f->len)
			return false;
		ip->proto = f->data[ip->l4];
		ip->l4 += (f->data[ip->l4 + 1] + 1) * 8u;
	}
	return ip->l4 <= f->len;
}

static bool
ip_read(const struct frame *f, uint32_t at, struct ip *ip)
{
	if (at >= f->len)
		return false;
	ip->version = f->data[at] >> 4;
	if (ip->version == 4)
		return ip4_read(f, at, ip);
	return ip->version == 6 && ip6_read(f, at, ip);
}

static bool
layer_add(struct offload_layers *l, enum layer_kind kind, uint32_t at)
{
	if (l->count == OFFLOAD_LAYERS)
		return false;
	l->layer[l->count].kind = (uint16_t)kind;
	l->layer[l->count++].at = (uint16_t)at;
	return true;
}

/*
 * The two tunnel readers return where to look for the next IP header, 0 if it
 * is no tunnel that can be segmented.  Here at + 8 <= csum_start.
 */
static uint32_t
gre_read(struct offload_layers *l, const struct frame *f, uint32_t at)
{
	uint16_t flags = get16(f->data + at);

	if ((flags & ~(GRE_CHECKSUM | GRE_KEY)) != 0)
		return 0;
	if ((flags & GRE_CHECKSUM) != 0 && !layer_add(l, LAYER_GRE, at))
		return 0;
	return at + 4 + (flags & GRE_CHECKSUM ? 4 : 0) +
	    (flags & GRE_KEY ? 4 : 0);
}

/*
 * GRE inside UDP is not looked for: Linux makes no super-frame where two
 * headers around the inner packet would differ between segments.
 */
static uint32_t
tunnel_read(struct offload_layers *l, const struct frame *f,
    const struct ip *ip)
{
	uint32_t at = ip->l4, end = f->off.csum_start;
	struct ip inner;

	if (at + UDP_HEAD > end || end > OFFLOAD_HEAD || end > f->len)
		return 0;
	if (ip->proto == IPPROTO_UDP)
		at = layer_add(l, LAYER_UDP, at) ? at + UDP_HEAD : 0;
	else if (ip->proto == IPPROTO_GRE)
		at = gre_read(l, f, at);
	else if (ip->proto != IPPROTO_IPIP && ip->proto != IPPROTO_IPV6)
		return 0;
	if (at == 0 || (ip_read(f, at, &inner) && inner.l4 <= end))
		return at;
	while (++at < end)
		if (ip_read(f, at, &inner) && inner.l4 == end)
			return at;
	return 0;
}

static bool
gso_matches(const struct offload *off, const struct ip *ip)
{
	uint16_t csum = ip->proto == IPPROTO_TCP ? TCP_CSUM : UDP_CSUM;

	if ((off->flags & OFFLOAD_CSUM) != 0 && off->csum_offset != csum)
		return false;
	switch (off->gso) {
	case OFFLOAD_TCP4:
	case OFFLOAD_TCP4 | OFFLOAD_ECN:
		return ip->version == 4 && ip->proto == IPPROTO_TCP;
	case OFFLOAD_TCP6:
	case OFFLOAD_TCP6 | OFFLOAD_ECN:
		return ip->version == 6 && ip->proto == IPPROTO_TCP;
	case OFFLOAD_UDP:
		return ip->proto == IPPROTO_UDP;
	default:
		return false;
	}
}

static bool
transport_read(struct offload_layers *l, const struct frame *f,
    const struct ip *ip)
{
	bool tcp = ip->proto == IPPROTO_TCP;
	uint32_t head = tcp ? TCP_HEAD : UDP_HEAD;

	if (!gso_matches(&f->off, ip) || f->len - ip->l4 < head ||
	    !layer_add(l, tcp ? LAYER_TCP : LAYER_UDP, ip->l4))
		return false;
	if (tcp)
		head = (f->data[ip->l4 + 12] >> 4) * 4u;
	l->head = ip->l4 + head;
	return (!tcp || head >= TCP_HEAD) && l->head <= f->len &&
	    l->head <= OFFLOAD_HEAD;
}

static int
layers_find(struct offload_layers *l, const struct frame *f, int linktype)
{
	struct ip ip;
	uint32_t at;

	l->count = 0;
	if (!link_read(f, linktype, &at))
		return -1;
	do {
		if (!ip_read(f, at, &ip) ||
		    !layer_add(l, ip.version == 4 ? LAYER_IP4 : LAYER_IP6, at))
			return -1;
		if ((f->off.flags & OFFLOAD_CSUM) == 0 ||
		    ip.l4 == f->off.csum_start)
			return transport_read(l, f, &ip) ? 0 : -1;
		at = tunnel_read(l, f, &ip);
	} while (at != 0);
	return -1;
}

/* The pseudo header's sum without the length. */
static uint32_t
pseudo_sum(const uint8_t *data, const struct offload_layer *ip, uint8_t proto)
{
	if (ip->kind == LAYER_IP4)
		return checksum_add(htons(proto), data + ip->at + 12, 8);
	return checksum_add(htons(proto), data + ip->at + 8, 32);
}

/* The same for the innermost layer: what the sender left, less its length. */
static uint32_t
transport_sum(const struct offload_layers *l, const struct frame *f)
{
	const struct offload_layer *last = &l->layer[l->count - 1];
	bool tcp = last->kind == LAYER_TCP;
	uint16_t less = checksum_fold(sum_of(f->len - last->at));

	if ((f->off.flags & OFFLOAD_CSUM) == 0)
		return pseudo_sum(f->data, last - 1,
		    tcp ? IPPROTO_TCP : IPPROTO_UDP);
	return checksum_add(less,
	    f->data + last->at + (tcp ? TCP_CSUM : UDP_CSUM), 2);
}

static int
segments_begin(struct offload_cut *c, const struct frame *f, int linktype)
{
	if (f->off.gso_size == 0 || layers_find(&c->layers, f, linktype) == -1)
		return -1;
	c->frame = f;
	c->size = f->off.gso_size;
	c->pseudo = transport_sum(&c->layers, f);
	return 0;
}

int
offload_begin(struct offload_cut *c, const struct frame *f, int linktype)
{
	c->frame = NULL;
	c->done = c->count = c->size = 0;
	if (f->len > FRAME_MAX)
		return -1;
	if (f->off.gso != 0)
		return segments_begin(c, f, linktype);
	if ((f->off.flags & OFFLOAD_CSUM) != 0 &&
	    (uint32_t)f->off.csum_start + f->off.csum_offset + 2 > f->len)
		return -1;
	c->layers.count = 0;
	c->layers.head = f->len;
	c->frame = f;
	return 0;
}

bool
offload_valid(const struct frame *f, int linktype)
{
	struct offload_cut c;

	return offload_begin(&c, f, linktype) == 0;
}

static unsigned
cap_of(const struct offload *off)
{
	switch (off->gso & ~OFFLOAD_ECN) {
	case 0:
		return off->flags & OFFLOAD_CSUM ? CAP_CSUM : 0;
	case OFFLOAD_TCP4:
		return CAP_CSUM | CAP_TSO4;
	case OFFLOAD_TCP6:
		return CAP_CSUM | CAP_TSO6;
	case OFFLOAD_UDP:
		return CAP_CSUM | CAP_USO;
	default:
		return ~0u;
	}
}

bool
offload_needed(const struct frame *f, int linktype, unsigned caps)
{
	struct offload_cut c;

	if ((cap_of(&f->off) & ~caps) != 0)
		return true;
	if (f->off.gso == 0)
		return false;
	return offload_begin(&c, f, linktype) == -1 || c.layers.count != 2;
}

/*
 * The finish functions mend one layer of a segment.  len: of the frame from
 * this layer on.
 */
static void
tcp_finish(const struct offload_cut *c, uint8_t *tcp, uint32_t len, bool last)
{
	put32(tcp + 4, get32(tcp + 4) + c->done);
	if (c->count > 0)
		tcp[TCP_FLAGS] &= (uint8_t)~TCP_CWR;
	if (!last)
		tcp[TCP_FLAGS] &= (uint8_t) ~(TCP_FIN | TCP_PSH);
	put16(tcp + TCP_CSUM, 0);
	put_checksum(tcp + TCP_CSUM,
	    checksum_add(c->pseudo + sum_of(len), tcp, len), false);
}

static void
udp_finish(uint32_t pseudo, uint8_t *udp, uint32_t len)
{
	put16(udp + 4, len);
	put16(udp + UDP_CSUM, 0);
	put_checksum(udp + UDP_CSUM,
	    checksum_add(pseudo + sum_of(len), udp, len), true);
}

static void
ip4_finish(uint8_t *ip, uint32_t len, uint32_t count)
{
	put16(ip + 2, len);
	put16(ip + 4, get16(ip + 4) + count);
	put16(ip + 10, 0);
	put_checksum(ip + 10, checksum_add(0, ip, (ip[0] & 15) * 4u), false);
}

static void
outer_finish(const struct offload_cut *c, unsigned i, uint8_t *buf,
    uint32_t len)
{
	const struct offload_layer *l = &c->layers.layer[i];
	uint8_t *p = buf + l->at;

	switch (l->kind) {
	case LAYER_IP4:
		ip4_finish(p, len, c->count);
		break;
	case LAYER_IP6:
		put16(p + 4, len - 40);
		break;
	case LAYER_GRE:
		put16(p + 4, 0);
		put_checksum(p + 4, checksum_add(0, p, len), false);
		break;
	case LAYER_UDP:
		if (get16(p + UDP_CSUM) != 0)
			udp_finish(pseudo_sum(buf, l - 1, IPPROTO_UDP), p, len);
		else
			put16(p + 4, len);
		break;
	}
}

static void
segment_finish(const struct offload_cut *c, uint8_t *buf, uint32_t len,
    bool last)
{
	unsigned i = c->layers.count - 1;
	const struct offload_layer *l = &c->layers.layer[i];

	if (l->kind == LAYER_TCP)
		tcp_finish(c, buf + l->at, len - l->at, last);
	else
		udp_finish(c->pseudo, buf + l->at, len - l->at);
	while (i-- > 0)
		outer_finish(c, i, buf, len - c->layers.layer[i].at);
}

/* The kernel, too, writes a checksum of 0 as 0xffff whatever the protocol. */
static void
whole_finish(const struct offload *off, uint8_t *buf, uint32_t len)
{
	uint8_t *start = buf + off->csum_start;

	put_checksum(start + off->csum_offset,
	    checksum_add(0, start, len - off->csum_start), true);
}

int
offload_next(struct offload_cut *c, uint8_t *buf, size_t size,
    struct frame *out)
{
	const struct frame *f = c->frame;
	uint32_t head = c->layers.head, rest, part;

	if (f == NULL)
		return 0;
	rest = f->len - head - c->done;
	part = rest < c->size ? rest : c->size;
	if ((rest == 0 && c->count > 0) || size < head + part) {
		c->frame = NULL;
		return 0;
	}
	*out = *f;
	out->data = buf;
	out->len = head + part;
	memset(&out->off, 0, sizeof(out->off));
	memcpy(buf, f->data, head);
	if (part > 0)
		memcpy(buf + head, f->data + head + c->done, part);
	if (c->layers.count > 0)
		segment_finish(c, buf, out->len, part == rest);
	else if ((f->off.flags & OFFLOAD_CSUM) != 0)
		whole_finish(&f->off, buf, out->len);
	c->done += part;
	c->count++;
	return 1;
}

static uint16_t
moved(uint16_t offset, int n)
{
	long to = (long)offset + n;

	return to < 0 ? 0 : to > UINT16_MAX ? UINT16_MAX : (uint16_t)to;
}

void
offload_shift(struct offload *off, int n)
{
	if ((off->flags & OFFLOAD_CSUM) != 0)
		off->csum_start = moved(off->csum_start, n);
	if (off->hdr_len != 0)
		off->hdr_len = moved(off->hdr_len, n);
}

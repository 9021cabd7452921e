/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  A frame with segmentation is one packet whose TCP or
 * UDP payload is too long.  offload_begin() finds, once, every header in front
 * of that payload which differs from segment to segment (struct layers).
 * offload_next() copies the headers and a piece of the payload, and corrects
 * the layers from the inside out, because an outer checksum includes the inner
 * ones.
 *
 * The transport checksum starts from the sum of the pseudo header, which the
 * sender has left in the field: with source routing (IPv4 options, IPv6 routing
 * header) the destination in that sum is not the one in the IP header.
 *
 * SCTP's checksum is CRC32c, but the offload header does not say so: a kernel
 * that gets it undone, from AF_PACKET or a tap, would write an Internet
 * checksum (Linux, include/linux/virtio_net.h does not set the packet's
 * csum_not_inet).  So it is always completed here (flow_lacks()).
 *
 * Tunnels.  The offload header of a frame in a tunnel describes the inner
 * segments.  The other side finds the layers around them again (layers.c), so
 * nothing more has to be carried.  A doll of a kernel that knows tunnels takes
 * such frames whole, with struct tunnel, if they are Ethernet, IP, UDP, the
 * tunnel's own header, IP and TCP, in 65535 bytes; all others are cut.
 *
 * That kernel (Linux, net/ipv4/udp_offload.c, __skb_udp_tunnel_segment())
 * expects in the outer checksum the sum of the pseudo header, its length
 * included, as tunnel devices leave it; it makes any other one wrong.
 *
 * A real interface takes no tunnels from a packet socket, but takes UDP
 * segmentation.  To it the segments behind the outer UDP header are bytes, all
 * of one length but the last, and it makes the same outer headers as tunnel
 * segmentation.  It needs an outer checksum: segments without one are sent one
 * by one.
 */
#include <sys/types.h>
#include <arpa/inet.h>
#include <string.h>

#include "bytes.h"
#include "frame/checksum.h"
#include "frame/layers.h"
#include "frame/offload.h"
#include "frame/packet.h"

#define UDP_SEGMENTS 64 /* Linux, UDP_MAX_SEGMENTS; 128 in newer ones */

/* The sum of a number in a pseudo header. */
static uint32_t
sum_of(uint32_t number)
{
	return (uint32_t)htons((uint16_t)number) +
	    htons((uint16_t)(number >> 16));
}

/* Writes a checksum of a kind that is never zero: zero means none. */
static void
put_checksum(uint8_t *field, uint32_t sum)
{
	checksum_write(field, sum);
	if (field[0] == 0 && field[1] == 0)
		field[0] = field[1] = 0xff;
}

/* The pseudo header's sum in the innermost layer's field, less its length. */
static uint32_t
transport_sum(const struct layers *l, const struct frame *f)
{
	const struct layer *last = &l->layer[l->count - 1];
	bool tcp = last->kind == LAYER_TCP;
	uint16_t less = checksum_fold(sum_of(f->len - last->at));

	if ((f->off.flags & OFFLOAD_CSUM) == 0)
		return checksum_pseudo(f->data + (last - 1)->at,
		    tcp ? PROTO_TCP : PROTO_UDP);
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
	c->done = c->count = c->size = c->sctp_end = 0;
	if (f->len > FRAME_MAX)
		return -1;
	if (f->off.gso != 0)
		return segments_begin(c, f, linktype);
	if ((f->off.flags & OFFLOAD_CSUM) != 0 &&
	    (uint32_t)f->off.csum_start + f->off.csum_offset + 2 > f->len)
		return -1;
	c->sctp_end = layers_sctp(f, linktype);
	c->layers.count = 0;
	c->layers.head = f->len;
	c->frame = f;
	return 0;
}

/*
 * The finish functions correct one layer of a segment.  len: bytes of the frame
 * from this layer on.
 */
static void
tcp_finish(const struct offload_cut *c, uint8_t *tcp, uint32_t len, bool last)
{
	put32(tcp + TCP_SEQ, get32(tcp + TCP_SEQ) + c->done);
	if (c->count > 0 && (c->frame->off.gso & OFFLOAD_ACCECN) == 0)
		tcp[TCP_FLAGS] &= (uint8_t)~TCP_CWR;
	if (!last)
		tcp[TCP_FLAGS] &= (uint8_t)(~(TCP_FIN | TCP_PSH));
	put16(tcp + TCP_CSUM, 0);
	checksum_write(tcp + TCP_CSUM,
	    checksum_add(c->pseudo + sum_of(len), tcp, len));
}

static void
udp_finish(uint32_t pseudo, uint8_t *udp, uint32_t len)
{
	put16(udp + UDP_LEN, len);
	put16(udp + UDP_CSUM, 0);
	put_checksum(udp + UDP_CSUM,
	    checksum_add(pseudo + sum_of(len), udp, len));
}

static void
outer_finish(const struct offload_cut *c, unsigned i, uint8_t *buf,
    uint32_t len)
{
	const struct layer *l = &c->layers.layer[i];
	uint8_t *p = buf + l->at;

	switch (l->kind) {
	case LAYER_IP4:
	case LAYER_IP6:
		layers_ip_write(p, len, c->count);
		break;
	case LAYER_GRE:
		put16(p + GRE_SUM, 0);
		checksum_write(p + GRE_SUM, checksum_add(0, p, len));
		break;
	case LAYER_UDP:
		udp_finish(checksum_pseudo(buf + (l - 1)->at, PROTO_UDP), p,
		    len);
		break;
	case LAYER_UDP_BARE:
		put16(p + UDP_LEN, len);
		break;
	}
}

static void
segment_finish(const struct offload_cut *c, uint8_t *buf, uint32_t len,
    bool last)
{
	unsigned i = c->layers.count - 1;
	const struct layer *l = &c->layers.layer[i];

	if (l->kind == LAYER_TCP)
		tcp_finish(c, buf + l->at, len - l->at, last);
	else
		udp_finish(c->pseudo, buf + l->at, len - l->at);
	while (i-- > 0)
		outer_finish(c, i, buf, len - c->layers.layer[i].at);
}

static void
sctp_finish(uint8_t *sctp, uint32_t len)
{
	put32le(sctp + SCTP_CSUM, 0);
	put32le(sctp + SCTP_CSUM, checksum_crc32c(sctp, len));
}

/* Writes a checksum of 0 as 0xffff for every protocol, as the kernel does. */
static void
whole_finish(const struct offload *off, uint8_t *buf, uint32_t len)
{
	uint8_t *start = buf + off->csum_start;

	put_checksum(start + off->csum_offset,
	    checksum_add(0, start, len - off->csum_start));
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
	memset(&out->tunnel, 0, sizeof(out->tunnel));
	memcpy(buf, f->data, head);
	if (part > 0)
		memcpy(buf + head, f->data + head + c->done, part);
	if (c->layers.count > 0)
		segment_finish(c, buf, out->len, part == rest);
	else if (c->sctp_end > 0)
		sctp_finish(buf + f->off.csum_start,
		    c->sctp_end - f->off.csum_start);
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

/* Whether it is a tunnel in UDP, without outer IP options or extensions. */
static bool
outer_fits(const struct layers *all)
{
	const struct layer *l = all->layer;

	return all->count > 2 &&
	    (l[1].kind == LAYER_UDP || l[1].kind == LAYER_UDP_BARE) &&
	    l[1].at == l[0].at + (l[0].kind == LAYER_IP6 ? IP6_HEAD : IP4_HEAD);
}

/* The pseudo header's sum, as the sender of an undone checksum leaves it. */
static uint16_t
udp_pseudo(const uint8_t *ip, const uint8_t *udp)
{
	return (uint16_t)~checksum_fold(
	    checksum_pseudo(ip, PROTO_UDP) + checksum_add(0, udp + UDP_LEN, 2));
}

static bool
udp_fits(const struct layer *l, const struct frame *f)
{
	const uint8_t *udp = f->data + l[1].at;
	uint16_t sum;

	if (get16(udp + UDP_LEN) != f->len - l[1].at)
		return false;
	if (l[1].kind == LAYER_UDP_BARE)
		return true;
	sum = udp_pseudo(f->data + l[0].at, udp);
	return memcmp(udp + UDP_CSUM, &sum, sizeof(sum)) == 0;
}

/* Whether it is Ethernet with IP and UDP outside, IP and TCP inside. */
static bool
layers_fit(const struct layers *all)
{
	const struct layer *l = all->layer;

	return all->count == 4 && l[0].at >= ETHER_HEAD && outer_fits(all) &&
	    l[3].kind == LAYER_TCP;
}

bool
tunnel_find(const struct offload_cut *c, struct tunnel *t)
{
	const struct layer *l = c->layers.layer;
	const struct frame *f = c->frame;

	*t = (struct tunnel) { 0 };
	if (!layers_fit(&c->layers) || f->len - l[0].at > IP_MAX ||
	    f->len - c->layers.head <= f->off.gso_size || !udp_fits(l, f))
		return false;
	t->ip6 = l[0].kind == LAYER_IP6;
	t->csum = l[1].kind == LAYER_UDP;
	t->udp = l[1].at;
	t->inner = l[2].at;
	return true;
}

/* Makes f a frame with UDP segmentation into segments of `block' bytes. */
static void
outer_write(const struct layer *l, struct frame *f, uint32_t block)
{
	uint8_t *ip = f->data + l[0].at, *udp = f->data + l[1].at;
	uint16_t sum;

	layers_ip_write(ip, f->len - l[0].at, 0);
	put16(udp + UDP_LEN, (uint16_t)(f->len - l[1].at));
	sum = udp_pseudo(ip, udp);
	memcpy(udp + UDP_CSUM, &sum, sizeof(sum));
	f->off.flags = OFFLOAD_CSUM;
	f->off.gso = OFFLOAD_UDP;
	f->off.hdr_len = (uint16_t)(l[1].at + UDP_HEAD);
	f->off.gso_size = (uint16_t)block;
	f->off.csum_start = l[1].at;
	f->off.csum_offset = UDP_CSUM;
}

/* Adds the next segment, without outer headers, at *len; false: none. */
static bool
segment_add(struct offload_cut *c, uint8_t *buf, size_t size, uint32_t *len,
    uint32_t outer)
{
	uint8_t before[LAYERS_HEAD], *at = buf + *len - outer;
	struct frame f;
	bool got;

	memcpy(before, at, outer);
	got = offload_next(c, at, size - *len + outer, &f) == 1;
	memcpy(at, before, outer);
	if (got)
		*len += f.len - outer;
	return got;
}

int
tunnel_next(struct offload_cut *c, uint8_t *buf, size_t size, struct frame *out)
{
	const struct layer *l = c->layers.layer;
	uint32_t outer, block, n = 1;

	if (offload_next(c, buf, size, out) == 0)
		return 0;
	if (!outer_fits(&c->layers) || l[1].kind == LAYER_UDP_BARE)
		return 1;
	outer = l[1].at + UDP_HEAD;
	block = out->len - outer;
	while (n < UDP_SEGMENTS && size - out->len >= block &&
	    out->len + block - l[0].at <= IP_MAX &&
	    segment_add(c, buf, size, &out->len, outer))
		n++;
	if (n > 1)
		outer_write(l, out, block);
	return 1;
}

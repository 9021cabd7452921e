/*
 * Theory of operation.  The offload header that comes with a tunnel's
 * super-frame describes the inner segments; the layers around them are found
 * again on the other side (layers.c), so nothing more has to be carried.
 * A kernel that knows tunnels wants to be told where they are, of an interface
 * that it makes (a doll).  What its header can say passes whole: Ethernet, IP,
 * UDP, the tunnel's own header, IP and TCP, in 65535 bytes; the rest is cut.
 *
 * The kernel (Linux, net/ipv4/udp_offload.c, __skb_udp_tunnel_segment()) takes
 * the outer checksum for the sum of the pseudo header, its length included, as
 * tunnel devices leave it; another one would become a wrong one.
 *
 * A real interface takes no tunnels from a packet socket, but UDP segmentation:
 * behind the outer UDP header the segments are bytes, all of one length but the
 * last, and UDP segmentation makes outer headers as that of the tunnel does.
 * It demands a checksum, so an outer one of zero has to be sent one by one.
 */
#include <string.h>

#include "bytes.h"
#include "frame/checksum.h"
#include "frame/packet.h"
#include "frame/tunnel.h"

#define SEGMENTS 64 /* Linux, UDP_MAX_SEGMENTS; 128 in newer ones */

/* A tunnel in UDP, whose outer IP header has no options or extensions. */
static bool
outer_fits(const struct layers *all)
{
	const struct layer *l = all->layer;

	return all->count > 2 && l[1].kind == LAYER_UDP &&
	    l[1].at == l[0].at + (l[0].kind == LAYER_IP6 ? IP6_HEAD : IP4_HEAD);
}

/* The sum of the pseudo header as a sender of unfinished frames leaves it. */
static uint16_t
udp_pseudo(const uint8_t *ip, const uint8_t *udp)
{
	return (uint16_t)~checksum_fold(
	    checksum_pseudo(ip, PROTO_UDP) + checksum_add(0, udp + UDP_LEN, 2));
}

static bool
udp_fits(const uint8_t *ip, const uint8_t *udp, uint32_t len)
{
	uint16_t sum;

	memcpy(&sum, udp + UDP_CSUM, sizeof(sum));
	return get16(udp + UDP_LEN) == len &&
	    (sum == 0 || sum == udp_pseudo(ip, udp));
}

/* With Ethernet in front, IP and UDP outside, IP and TCP inside. */
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
	const uint8_t *udp;

	*t = (struct tunnel) { 0 };
	if (!layers_fit(&c->layers))
		return false;
	udp = f->data + l[1].at;
	if (f->len - l[0].at > IP_MAX ||
	    f->len - c->layers.head <= f->off.gso_size ||
	    !udp_fits(f->data + l[0].at, udp, f->len - l[1].at))
		return false;
	t->ip6 = l[0].kind == LAYER_IP6;
	t->csum = get16(udp + UDP_CSUM) != 0;
	t->udp = l[1].at;
	t->inner = l[2].at;
	return true;
}

/* Outer headers for so many bytes, with the work left to UDP segmentation. */
static void
outer_write(const struct layer *l, struct frame *f, uint32_t block)
{
	uint8_t *ip = f->data + l[0].at, *udp = f->data + l[1].at;
	uint32_t len = f->len - l[0].at;
	uint16_t sum = 0;

	if (l[0].kind == LAYER_IP4) {
		put16(ip + IP4_LEN, (uint16_t)len);
		put16(ip + IP4_CSUM, 0);
		sum = checksum_fold(checksum_add(0, ip, IP4_HEAD));
		memcpy(ip + IP4_CSUM, &sum, sizeof(sum));
	} else
		put16(ip + IP6_LEN, (uint16_t)(len - IP6_HEAD));
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

/* The next segment less its outer headers, behind *len bytes; false: none. */
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
	if (!outer_fits(&c->layers) || get16(buf + l[1].at + UDP_CSUM) == 0)
		return 1;
	outer = l[1].at + UDP_HEAD;
	block = out->len - outer;
	while (n < SEGMENTS && size - out->len >= block &&
	    out->len + block - l[0].at <= IP_MAX &&
	    segment_add(c, buf, size, &out->len, outer))
		n++;
	if (n > 1)
		outer_write(l, out, block);
	return 1;
}

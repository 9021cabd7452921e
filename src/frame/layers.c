/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  Linux captures a frame with segmentation in a tunnel
 * with csum_start at the innermost transport header, and tells nothing of the
 * layers before it.  IP, UDP and GRE are walked from the outside in.  But UDP
 * tunnels use any port and many headers (VXLAN, GENEVE, GUE, MPLS), and no
 * field of theirs depends on a segment's length.  So these are not parsed: the
 * inner IP header is the one that ends at csum_start and whose packet ends with
 * the frame.
 *
 * A length field must match the frame modulo 65536: in the outer header it
 * wraps when a tunnel is put around a frame of full size.
 */
#include "bytes.h"
#include "frame/checksum.h"
#include "frame/layers.h"
#include "frame/packet.h"

uint16_t
layers_type(const struct frame *f, int linktype)
{
	if (linktype == LINK_RAW)
		return f->len > 0 && f->data[0] >> 4 == 6 ? TYPE_IP6 : TYPE_IP4;
	return f->len >= ETHER_HEAD ? get16(f->data + ETHER_TYPE) : 0;
}

static bool
is_vlan(uint16_t type)
{
	static const uint16_t types[] = { TYPES_VLAN };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (type == types[i])
			return true;
	return false;
}

/*
 * Finds where the first IP header begins, behind VLAN tags; false: there is
 * none.  With raw IP it is always 0.
 */
static bool
ip_find(const struct frame *f, int linktype, uint32_t *ip)
{
	uint32_t at = ETHER_TYPE;
	uint16_t type = 0;

	*ip = 0;
	if (linktype == LINK_RAW)
		return true;
	for (; at + 2 <= f->len && at < LAYERS_HEAD; at += VLAN_HEAD) {
		type = get16(f->data + at);
		if (type == TYPE_IP4 || type == TYPE_IP6 || !is_vlan(type))
			break;
	}
	*ip = at + 2;
	if (*ip >= f->len)
		return false;
	return (type == TYPE_IP4 && f->data[*ip] >> 4 == 4) ||
	    (type == TYPE_IP6 && f->data[*ip] >> 4 == 6);
}

static bool
ip4_read(const struct frame *f, uint32_t at, struct ip_header *ip)
{
	const uint8_t *p = f->data + at;
	uint32_t head = (p[0] & 15) * 4u;

	if (head < IP4_HEAD || f->len - at < head)
		return false;
	ip->payload = at + head;
	ip->end = at + get16(p + IP4_LEN);
	ip->proto = p[IP4_PROTO];
	ip->fragment = get16(p + IP4_FRAGMENT) & IP4_IS_PART;
	ip->id = get16(p + IP4_ID);
	return true;
}

static bool
ip6_read(const struct frame *f, uint32_t at, struct ip_header *ip)
{
	const uint8_t *p = f->data + at;

	if (f->len - at < IP6_HEAD)
		return false;
	ip->payload = at + IP6_HEAD;
	ip->end = ip->payload + get16(p + IP6_LEN);
	ip->proto = p[IP6_NEXT];
	ip->fragment = 0;
	ip->id = 0;
	while (ip->proto == PROTO_HOPOPTS || ip->proto == PROTO_ROUTING ||
	    ip->proto == PROTO_DSTOPTS) {
		if (ip->payload > LAYERS_HEAD || ip->payload + 8 > f->len)
			return false;
		p = f->data + ip->payload;
		ip->proto = p[0];
		ip->payload += (p[1] + 1) * 8u;
	}
	return ip->payload <= f->len;
}

/*
 * Reads the IP header at this offset, which may be behind the frame's end.
 * False: there is none, or the frame ends within it.
 */
static bool
ip_read(const struct frame *f, uint32_t at, struct ip_header *ip)
{
	if (at >= f->len)
		return false;
	ip->at = at;
	ip->version = f->data[at] >> 4;
	if (ip->version == 4)
		return ip4_read(f, at, ip);
	return ip->version == 6 && ip6_read(f, at, ip);
}

bool
layers_ip(const struct frame *f, int linktype, struct ip_header *ip)
{
	uint32_t at;

	return ip_find(f, linktype, &at) && ip_read(f, at, ip);
}

void
layers_ip_write(uint8_t *ip, uint32_t len, uint32_t more)
{
	if (ip[0] >> 4 == 6) {
		put16(ip + IP6_LEN, (uint16_t)(len - IP6_HEAD));
		return;
	}
	put16(ip + IP4_LEN, (uint16_t)len);
	put16(ip + IP4_ID, (uint16_t)(get16(ip + IP4_ID) + more));
	put16(ip + IP4_CSUM, 0);
	checksum_write(ip + IP4_CSUM, checksum_add(0, ip, (ip[0] & 15) * 4u));
}

/* Reads the header of a whole packet that ends with the frame. */
static bool
whole_read(const struct frame *f, uint32_t at, struct ip_header *ip)
{
	return ip_read(f, at, ip) && ip->fragment == 0 &&
	    (uint16_t)ip->end == (uint16_t)f->len;
}

static bool
layer_add(struct layers *l, enum layer_kind kind, uint32_t at)
{
	if (l->count == LAYERS_MAX)
		return false;
	l->layer[l->count].kind = (uint16_t)kind;
	l->layer[l->count++].at = (uint16_t)at;
	return true;
}

/*
 * The three tunnel readers return the offset at which to look for the next IP
 * header; 0: it is no tunnel that can be segmented.  Here at + 8 <= csum_start.
 */
static uint32_t
udp_read(struct layers *l, const struct frame *f, uint32_t at)
{
	const uint8_t *sum = f->data + at + UDP_CSUM;
	bool bare = sum[0] == 0 && sum[1] == 0;

	return layer_add(l, bare ? LAYER_UDP_BARE : LAYER_UDP, at) ?
	    at + UDP_HEAD :
	    0;
}

static uint32_t
gre_read(struct layers *l, const struct frame *f, uint32_t at)
{
	uint16_t flags = get16(f->data + at);

	if ((flags & ~(GRE_HAS_SUM | GRE_HAS_KEY)) != 0)
		return 0;
	if ((flags & GRE_HAS_SUM) != 0 && !layer_add(l, LAYER_GRE, at))
		return 0;
	return at + GRE_HEAD + (flags & GRE_HAS_SUM ? 4 : 0) +
	    (flags & GRE_HAS_KEY ? 4 : 0);
}

/*
 * GRE inside UDP is not looked for: Linux makes no frame with segmentation in
 * which two headers around the inner packet differ between segments.
 */
static uint32_t
tunnel_read(struct layers *l, const struct frame *f, const struct ip_header *ip)
{
	uint32_t at = ip->payload, end = f->off.csum_start;
	struct ip_header inner;

	if (at + UDP_HEAD > end || end > LAYERS_HEAD || end > f->len)
		return 0;
	if (ip->proto == PROTO_UDP)
		at = udp_read(l, f, at);
	else if (ip->proto == PROTO_GRE)
		at = gre_read(l, f, at);
	else if (ip->proto != PROTO_IP4 && ip->proto != PROTO_IP6)
		return 0;
	if (at == 0 || (whole_read(f, at, &inner) && inner.payload <= end))
		return at;
	while (++at < end)
		if (whole_read(f, at, &inner) && inner.payload == end)
			return at;
	return 0;
}

static bool
gso_matches(const struct offload *off, const struct ip_header *ip)
{
	uint16_t csum = ip->proto == PROTO_TCP ? TCP_CSUM : UDP_CSUM;

	if ((off->flags & OFFLOAD_CSUM) != 0 && off->csum_offset != csum)
		return false;
	switch (off->gso & ~(OFFLOAD_ECN | OFFLOAD_ACCECN)) {
	case OFFLOAD_TCP4:
		return ip->version == 4 && ip->proto == PROTO_TCP;
	case OFFLOAD_TCP6:
		return ip->version == 6 && ip->proto == PROTO_TCP;
	case OFFLOAD_UDP:
		return off->gso == OFFLOAD_UDP && ip->proto == PROTO_UDP;
	default:
		return false;
	}
}

static bool
transport_read(struct layers *l, const struct frame *f,
    const struct ip_header *ip)
{
	bool tcp = ip->proto == PROTO_TCP;
	uint32_t head = tcp ? TCP_HEAD : UDP_HEAD;

	if (!gso_matches(&f->off, ip) || f->len - ip->payload < head ||
	    !layer_add(l, tcp ? LAYER_TCP : LAYER_UDP, ip->payload))
		return false;
	if (tcp)
		head = (f->data[ip->payload + TCP_HLEN] >> 4) * 4u;
	l->head = ip->payload + head;
	return (!tcp || head >= TCP_HEAD) && l->head <= f->len &&
	    l->head <= LAYERS_HEAD;
}

int
layers_find(struct layers *l, const struct frame *f, int linktype)
{
	struct ip_header ip;
	uint32_t at;

	l->count = 0;
	if (!ip_find(f, linktype, &at))
		return -1;
	do {
		if (!whole_read(f, at, &ip) ||
		    !layer_add(l, ip.version == 4 ? LAYER_IP4 : LAYER_IP6, at))
			return -1;
		if ((f->off.flags & OFFLOAD_CSUM) == 0 ||
		    ip.payload == f->off.csum_start)
			return transport_read(l, f, &ip) ? 0 : -1;
		at = tunnel_read(l, f, &ip);
	} while (at != 0);
	return -1;
}

/* The outermost IP header that ends at csum_start belongs to the checksum. */
uint32_t
layers_sctp(const struct frame *f, int linktype)
{
	uint32_t at, start = f->off.csum_start;
	struct frame bare; /* without padding behind the packet */
	struct ip_header ip;

	if ((f->off.flags & OFFLOAD_CSUM) == 0 ||
	    f->off.csum_offset != SCTP_CSUM || start > LAYERS_HEAD ||
	    !ip_find(f, linktype, &at))
		return 0;
	bare = *f;
	if (ip_read(f, at, &ip) && ip.end < f->len)
		bare.len = ip.end;
	if (start + SCTP_HEAD > bare.len)
		return 0;
	for (; at < start; at++)
		if (whole_read(&bare, at, &ip) && ip.payload == start)
			return ip.proto == PROTO_SCTP ? bare.len : 0;
	return 0;
}

/* SPDX-License-Identifier: ISC */
/*
 * The virtio-net header (OASIS virtio 1.2, 5.1.6) in the byte order of this
 * machine: both AF_PACKET and tun use the "legacy" layout unless told
 * otherwise.
 *
 * hdr_len.  From the kernel it only tells how many bytes of the frame were in
 * one piece of memory: any value up to the frame's length.  To the kernel, both
 * interfaces refuse a value beyond the frame (EINVAL), raise one that ends
 * before the checksum, and else allocate a piece of that size (tried: 0, exact
 * and 4000 of 4054 all pass).  So we do not use the peer's value, but compute
 * one.  It is small for long frames, because a busy kernel has no large pieces
 * of memory (ENOBUFS).
 */
#include <sys/types.h>
#include <sys/utsname.h>
#include <linux/virtio_net.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "frame/layers.h"
#include "frame/packet.h"
#include "vnet.h"

#define PIECE 128 /* bytes: enough for the headers of most frames */
#define LONG  2048 /* bytes: longer frames should not be in one piece */

/* Linux 6.17, include/uapi/linux/virtio_net.h: later than many headers. */
#define GSO_TUNNEL4 0x20 /* VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4 */
#define GSO_TUNNEL6 0x40 /* VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6 */
#define TUNNEL_CSUM 8 /* VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM */

/* struct virtio_net_hdr_v1_hash_tunnel */
struct tunnel_head {
	struct virtio_net_hdr plain;
	uint8_t buffers_and_hash[10];
	uint16_t outer_th_offset, inner_nh_offset; /* little-endian */
};

_Static_assert(sizeof(struct virtio_net_hdr) == VNET_HEAD, "header");
_Static_assert(sizeof(struct tunnel_head) == VNET_TUNNEL_HEAD, "tunnel");

void
vnet_read(const uint8_t head[VNET_HEAD], struct offload *off)
{
	struct virtio_net_hdr h;

	memcpy(&h, head, sizeof(h));
	memset(off, 0, sizeof(*off));
	if (h.flags == 0 && h.gso_type == 0)
		return;
	off->flags = h.flags & (OFFLOAD_CSUM | OFFLOAD_CSUM_VALID);
	off->gso = h.gso_type & (uint8_t)(~(GSO_TUNNEL4 | GSO_TUNNEL6));
	off->hdr_len = h.hdr_len;
	off->gso_size = h.gso_size;
	off->csum_start = h.csum_start;
	off->csum_offset = h.csum_offset;
}

static uint32_t
vnet_hdr_len(const struct frame *f)
{
	uint32_t end = f->off.csum_start;

	if ((f->off.flags & OFFLOAD_CSUM) == 0)
		end = f->len < LONG ? 0 : PIECE;
	else if (f->off.gso == OFFLOAD_UDP)
		end += UDP_HEAD;
	else if (f->off.gso != 0 && end + TCP_HLEN + 1 <= f->len)
		end += (f->data[end + TCP_HLEN] >> 4) * 4u;
	else
		end += f->off.csum_offset + 2u;
	return end < f->len ? end : f->len;
}

void
vnet_write(uint8_t head[VNET_HEAD], const struct frame *f)
{
	struct virtio_net_hdr h = { 0 };

	h.hdr_len = (uint16_t)vnet_hdr_len(f);
	if (f->off.flags & OFFLOAD_CSUM) {
		h.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		h.csum_start = f->off.csum_start;
		h.csum_offset = f->off.csum_offset;
	}
	if (f->off.gso != 0) {
		h.gso_type = f->off.gso;
		h.gso_size = f->off.gso_size;
	}
	memcpy(head, &h, sizeof(h));
}

void
vnet_tunnel_write(uint8_t head[VNET_TUNNEL_HEAD], const struct frame *f)
{
	const struct tunnel *t = &f->tunnel;
	struct tunnel_head h = { 0 };

	vnet_write((uint8_t *)&h.plain, f);
	if (f->off.gso != 0 && t->udp != 0) {
		h.plain.gso_type |= t->ip6 ? GSO_TUNNEL6 : GSO_TUNNEL4;
		h.plain.flags |= t->csum ? TUNNEL_CSUM : 0;
		h.outer_th_offset = htole16(t->udp);
		h.inner_nh_offset = htole16(t->inner);
	}
	memcpy(head, &h, sizeof(h));
}

/* Bytes of a protocol's shortest header; 0: its checksum is unknown to us. */
static uint32_t
transport_head(uint8_t proto, uint16_t *csum_offset)
{
	switch (proto) {
	case PROTO_TCP:
		*csum_offset = TCP_CSUM;
		return TCP_HEAD;
	case PROTO_UDP:
		*csum_offset = UDP_CSUM;
		return UDP_HEAD;
	case PROTO_SCTP:
		*csum_offset = SCTP_CSUM;
		return SCTP_HEAD;
	default:
		return 0;
	}
}

bool
vnet_guess(struct frame *f, int linktype)
{
	uint16_t csum_offset;
	uint32_t head;
	struct ip_header ip;

	if (!layers_ip(f, linktype, &ip))
		return false;
	head = transport_head(ip.proto, &csum_offset);
	if (head == 0 || ip.payload + head > f->len)
		return false;
	f->off.flags = OFFLOAD_CSUM;
	f->off.csum_start = (uint16_t)ip.payload;
	f->off.csum_offset = csum_offset;
	return true;
}

bool
vnet_knows_uso(void)
{
	struct utsname name;
	int major, minor;

	/* To try AF_PACKET, such a frame would have to be sent. */
	return uname(&name) == 0 &&
	    sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	    (major > 6 || (major == 6 && minor >= 2));
}

/*
 * Super-frames of UDP tunnels (VXLAN and its like).  No I/O; every field of a
 * frame may come from a hostile peer.
 */
#ifndef TUNNEL_H
#define TUNNEL_H

#include "frame/offload.h"

/* What a kernel has to be told besides the frame's offload header. */
struct tunnel {
	bool ip6; /* outside */
	bool csum; /* the outer UDP header has a checksum */
	uint16_t udp; /* where the outer UDP header is, */
	uint16_t inner; /* and the inner IP header */
};

/*
 * Whether a kernel that is told so much makes of this frame the segments that
 * offload.c would: what CAP_TUNNEL is about.
 */
bool tunnel_find(const struct frame *, int linktype, struct tunnel *);

/*
 * As offload_next(), but several segments of a tunnel become one frame with
 * UDP segmentation (CAP_USO), of which a kernel or an interface makes the same
 * ones.  Not for somebody who looks into the tunnel: he finds one packet.
 */
int tunnel_next(struct offload_cut *, uint8_t *buf, size_t size,
    struct frame *out);

#endif

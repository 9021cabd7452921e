/*
 * Super-frames of UDP tunnels (VXLAN and its like).  No I/O; every field of a
 * frame may come from a hostile peer.
 */
#ifndef TUNNEL_H
#define TUNNEL_H

#include "frame/offload.h"

/*
 * Whether a kernel that is told so much makes of the frame, whose cutting was
 * begun, the segments that offload.c would: what CAP_TUNNEL is about.  False:
 * *t is all zero.
 */
bool tunnel_find(const struct offload_cut *, struct tunnel *t);

/*
 * As offload_next(), but several segments of a tunnel become one frame with
 * UDP segmentation (CAP_USO), of which a kernel or an interface makes the same
 * ones.  Not for somebody who looks into the tunnel: he finds one packet.
 */
int tunnel_next(struct offload_cut *, uint8_t *buf, size_t size,
    struct frame *out);

#endif

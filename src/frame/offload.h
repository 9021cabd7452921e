/* SPDX-License-Identifier: ISC */
/*
 * Segmentation and checksums in software, for frames whose work left undone
 * (struct offload) the other end cannot express.  No I/O, never prints.
 * Every field of a frame may come from a hostile peer.
 *
 * The link type (LINK_ETHERNET or LINK_RAW) says where the first IP header
 * is.  Not completed, and so never valid: UDP fragmentation (no Linux since
 * 4.14 makes it), GRE with sequence numbers, a head over LAYERS_HEAD.
 */
#ifndef OFFLOAD_H
#define OFFLOAD_H

#include "frame/layers.h"

/* A frame on its way through being completed. */
struct offload_cut {
	const struct frame *frame; /* NULL: none under way */
	uint32_t done; /* payload bytes already cut */
	uint32_t count; /* segments already cut */
	uint32_t size; /* payload bytes in a segment, at most */
	uint32_t pseudo; /* sum of the pseudo header, less length */
	uint32_t sctp_end; /* where a packet ends that wants CRC32c, or 0 */
	struct layers layers; /* count 0: no segmentation */
};

/*
 * Reads the headers of a frame with work left undone and begins to complete it;
 * the frame must stay as it is until the end.  0; -1: its offload header does
 * not describe the frame: offsets outside, or not the gso type of the protocol
 * found there.  Such a frame must neither be cut nor given to a kernel.
 */
int offload_begin(struct offload_cut *, const struct frame *, int linktype);

/*
 * Writes the next complete frame to buf (size >= FRAME_MAX is always enough)
 * and describes it in *out, with off and tunnel all zero and time and direction
 * of the original.  1; 0: that was all (or size is too small), cut->frame is
 * NULL again.
 */
int offload_next(struct offload_cut *, uint8_t *buf, size_t size,
    struct frame *out);

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

/*
 * Moves the offsets of an offload header when n bytes were put into
 * (or, negative, taken from) the link header.  A result out of the
 * field's range stays at its end.
 */
void offload_shift(struct offload *, int n);

#endif

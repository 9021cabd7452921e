/* SPDX-License-Identifier: ISC */
/*
 * Segmentation and checksums in software, for frames whose undone work (struct
 * offload) the other end does not accept.  No I/O, never prints.  Every byte of
 * a frame may come from a hostile peer.
 *
 * The link type (LINK_ETHERNET or LINK_RAW) says where the first IP header
 * is.  Frames that cannot be completed are invalid: with UDP fragmentation (no
 * Linux since 4.14 makes it), GRE with sequence numbers, or more than
 * LAYERS_HEAD bytes of headers.
 */
#ifndef OFFLOAD_H
#define OFFLOAD_H

#include "frame/layers.h"

/* A frame that is being completed. */
struct offload_cut {
	const struct frame *frame; /* NULL: none under way */
	uint32_t done; /* payload bytes already cut */
	uint32_t count; /* segments already cut */
	uint32_t size; /* payload bytes in a segment, at most */
	uint32_t pseudo; /* sum of the pseudo header, without the length */
	uint32_t sctp_end; /* see layers_sctp() */
	struct layers layers; /* count 0: no segmentation */
};

/*
 * Reads the headers of a frame with undone work and begins to complete it; the
 * caller must not change the frame meanwhile.  0; -1: the offload header does
 * not fit the frame: an offset is outside, or gso names another protocol than
 * the frame has.  Such a frame must neither be cut nor given to a kernel.
 */
int offload_begin(struct offload_cut *, const struct frame *, int linktype);

/*
 * Writes the next complete frame to buf (size >= FRAME_MAX is always enough)
 * and describes it in *out: off and tunnel are all zero, time and direction are
 * the original's.  1; 0: there is no further one (or size is too small), and
 * cut->frame is NULL.
 */
int offload_next(struct offload_cut *, uint8_t *buf, size_t size,
    struct frame *out);

/*
 * After offload_begin(): whether the frame is in a UDP tunnel that *t describes
 * completely, so that a kernel with CAP_TUNNEL would cut it into the same
 * segments as offload.c.  False: *t is all zero.
 */
bool tunnel_find(const struct offload_cut *, struct tunnel *t);

/*
 * As offload_next(), but several segments of a tunnel become one frame with UDP
 * segmentation (CAP_USO), which a kernel or an interface cuts into the same
 * segments.  Only for a wire: a reader who looks into the tunnel before the cut
 * would find one packet.
 */
int tunnel_next(struct offload_cut *, uint8_t *buf, size_t size,
    struct frame *out);

/*
 * Moves the offsets of an offload header after n bytes were put into the link
 * header (n < 0: taken from it).  A result outside of 0 to 65535 becomes the
 * nearer of the two.
 */
void offload_shift(struct offload *, int n);

#endif

/*
 * Segmentation and checksums in software, for frames whose work left undone
 * (struct offload) the other end cannot express.  No I/O, never prints.
 * Every field of a frame may come from a hostile peer.
 */
#ifndef OFFLOAD_H
#define OFFLOAD_H

#include "port.h"

/*
 * Whether this frame must be completed before an end with these CAP_* gets
 * it.  Also true, whatever the caps, for a frame with segmentation whose
 * csum_start is not the outer transport header: the virtio-net header has no
 * tunnel bits, so a kernel would cut it wrong.
 */
bool offload_needed(const struct frame *, unsigned caps);

/*
 * Whether the header describes the frame: offsets inside the frame, a known
 * gso type that fits the protocol found there.  What is not valid must
 * neither be cut nor given to a kernel.
 */
bool offload_valid(const struct frame *);

/* A frame on its way through being completed. */
struct offload_cut {
	const struct frame *frame; /* NULL: none under way */
	uint32_t head;		   /* bytes repeated in front of each segment */
	uint32_t done;		   /* payload bytes already cut */
	uint32_t count;		   /* segments already cut */
};

/*
 * Begins to complete a frame, which must stay as it is until the end.
 * 0; -1: its header is wrong (then drop and count it).
 */
int offload_begin(struct offload_cut *, const struct frame *);

/*
 * Writes the next complete frame to buf (size >= FRAME_MAX is always enough)
 * and describes it in *out, with off all zero and time and direction of the
 * original.  1; 0: that was all, cut->frame is NULL again.
 */
int offload_next(
    struct offload_cut *, uint8_t *buf, size_t size, struct frame *out);

/*
 * Moves the offsets of an offload header when n bytes were put into
 * (or, negative, taken from) the link header.
 */
void offload_shift(struct offload *, int n);

/* Internet checksum (RFC 1071) of len bytes, not yet folded; for chaining. */
uint32_t checksum_add(uint32_t sum, const void *data, size_t len);
uint16_t checksum_fold(uint32_t sum); /* in network order */

#endif

/*
 * Segmentation and checksums in software, for frames whose work left undone
 * (struct offload) the other end cannot express.  No I/O, never prints.
 * Every field of a frame may come from a hostile peer.
 *
 * The link type (LINK_ETHERNET or LINK_RAW) says where the first IP header
 * is.  Not completed, and so never valid: UDP fragmentation (no Linux since
 * 4.14 makes it), GRE with sequence numbers, a head over OFFLOAD_HEAD.
 */
#ifndef OFFLOAD_H
#define OFFLOAD_H

#include "port.h"

#define OFFLOAD_HEAD   1024 /* bytes repeated in front of segments, at most */
#define OFFLOAD_LAYERS 10

/* The headers that differ between segments: the outer IP to TCP or UDP. */
struct offload_layers {
	uint32_t head; /* bytes up to the payload */
	unsigned count;
	struct offload_layer {
		uint16_t kind;
		uint16_t at; /* offset in the frame */
	} layer[OFFLOAD_LAYERS];
};

/*
 * Whether this frame must be completed before an end with these CAP_* gets
 * it.  Also true for a frame with segmentation whose csum_start is not the
 * outer transport header (this header has no tunnel bits, so a kernel would cut
 * it wrong), but for the tunnels of tunnel.h where the caps have CAP_TUNNEL;
 * and, whatever the caps, for one that is not valid (so that offload_begin()
 * refuses it).
 */
bool offload_needed(const struct frame *, int linktype, unsigned caps);

/*
 * Whether the header describes the frame: offsets inside the frame, a known
 * gso type that fits the protocol found there.  What is not valid must
 * neither be cut nor given to a kernel.
 */
bool offload_valid(const struct frame *, int linktype);

/* A frame on its way through being completed. */
struct offload_cut {
	const struct frame *frame; /* NULL: none under way */
	uint32_t done; /* payload bytes already cut */
	uint32_t count; /* segments already cut */
	uint32_t size; /* payload bytes in a segment, at most */
	uint32_t pseudo; /* sum of the pseudo header, less length */
	struct offload_layers layers;
};

/*
 * Begins to complete a frame, which must stay as it is until the end.
 * 0; -1: its header is wrong (then drop and count it).
 */
int offload_begin(struct offload_cut *, const struct frame *, int linktype);

/*
 * Writes the next complete frame to buf (size >= FRAME_MAX is always enough)
 * and describes it in *out, with off all zero and time and direction of the
 * original.  1; 0: that was all (or size is too small), cut->frame is NULL
 * again.
 */
int offload_next(struct offload_cut *, uint8_t *buf, size_t size,
    struct frame *out);

/*
 * Moves the offsets of an offload header when n bytes were put into
 * (or, negative, taken from) the link header.  A result out of the
 * field's range stays at its end.
 */
void offload_shift(struct offload *, int n);

/*
 * Internet checksum (RFC 1071) of len bytes, not yet folded; for chaining
 * after an even number of bytes.  The result is below 2^17, so that a few
 * such sums can be added.
 */
uint32_t checksum_add(uint32_t sum, const void *data, size_t len);
uint16_t checksum_fold(uint32_t sum); /* in network order */
/* Of the pseudo header that belongs to an IP header, without the length. */
uint32_t checksum_pseudo(const uint8_t *ip, uint8_t proto);

#endif

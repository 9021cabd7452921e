/* SPDX-License-Identifier: ISC */
/*
 * The headers of a frame: where they are, and what they say.
 */
#ifndef LAYERS_H
#define LAYERS_H

#include "port/port.h"

#define LAYERS_HEAD 1024 /* bytes repeated in front of segments, at most */
#define LAYERS_MAX  10

enum layer_kind {
	LAYER_IP4,
	LAYER_IP6,
	LAYER_GRE, /* with a checksum; without one nothing in it differs */
	LAYER_UDP,
	LAYER_UDP_BARE, /* around a tunnel, and without a checksum */
	LAYER_TCP,
};

/*
 * The headers of a frame with segmentation that differ from one segment to the
 * next: the outer IP to TCP or UDP.
 */
struct layers {
	uint32_t head; /* bytes up to the payload */
	unsigned count;
	struct layer {
		uint16_t kind;
		uint16_t at; /* offset in the frame */
	} layer[LAYERS_MAX];
};

/*
 * The ethertype of a frame, not looking behind VLAN tags (0: the frame ends
 * before it); of raw IP, which has none, the one that belongs to its version,
 * TYPE_IP4 if it has no sensible one.
 */
uint16_t layers_type(const struct frame *, int linktype);

/*
 * What an IP header says; offsets are in the frame.  The fields are whole
 * words: bytes that were just written one by one are slow to read together, and
 * the compiler does that.
 */
struct ip_header {
	uint32_t at; /* where it begins */
	uint32_t payload; /* past options and extension headers */
	uint32_t end; /* by the length field, also beyond the frame */
	unsigned version;
	unsigned proto; /* PROTO_* of the payload */
	unsigned fragment; /* IPv4: not 0: not a whole packet */
	unsigned id; /* IPv4: identification */
};

/*
 * Finds the first IP header, behind VLAN tags, and reads it.  False: there is
 * none, or the frame ends within it.
 */
bool layers_ip(const struct frame *, int linktype, struct ip_header *);

/*
 * Makes an IP header that of a packet of len bytes, itself included: length;
 * IPv4 also has an identification, to which `more' is added, and a checksum.
 */
void layers_ip_write(uint8_t *ip, uint32_t len, uint32_t more);

/*
 * Finds the headers of a frame, outermost first, and how long all headers are
 * together.  0; -1: the frame is not what its offload header says.
 */
int layers_find(struct layers *, const struct frame *, int linktype);

/*
 * Where the SCTP packet ends whose checksum, CRC32c, is left undone; 0: the
 * frame's undone checksum is an Internet checksum, or there is none.  Linux
 * marks both alike, and so does the virtio-net header.
 */
uint32_t layers_sctp(const struct frame *, int linktype);

#endif

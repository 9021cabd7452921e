/* SPDX-License-Identifier: ISC */
/*
 * Finds and reads the headers of a frame.
 */
#ifndef LAYERS_H
#define LAYERS_H

#include "port/port.h"

#define LAYERS_HEAD 1024 /* most bytes of headers, repeated in each segment */
#define LAYERS_MAX  10

enum layer_kind {
	LAYER_IP4,
	LAYER_IP6,
	LAYER_GRE, /* with a checksum; without one all segments have the same */
	LAYER_UDP,
	LAYER_UDP_BARE, /* of a tunnel, without a checksum */
	LAYER_TCP,
};

/*
 * The headers of a frame with segmentation that differ from segment to segment,
 * from the outer IP header to TCP or UDP.
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
 * The ethertype of a frame, in front of VLAN tags; 0: the frame ends before it.
 * Raw IP has none: TYPE_IP6 if its version is 6, else TYPE_IP4.
 */
uint16_t layers_type(const struct frame *, int linktype);

/*
 * The fields of an IP header; offsets are from the start of the frame.  The
 * members are whole words because the compiler reads several of them at once:
 * that is slow after they were written byte by byte.
 */
struct ip_header {
	uint32_t at; /* where it begins */
	uint32_t payload; /* behind options and extension headers */
	uint32_t end; /* by its length field, perhaps behind the frame */
	unsigned version;
	unsigned proto; /* PROTO_* of the payload */
	unsigned fragment; /* IPv4: 0: it is a whole packet */
	unsigned id; /* IPv4: identification */
};

/*
 * Finds and reads the first IP header, behind VLAN tags.  False: there is none,
 * or the frame ends within it.
 */
bool layers_ip(const struct frame *, int linktype, struct ip_header *);

/*
 * Changes an IP header for a packet of len bytes, header included: sets the
 * length; in IPv4 adds `more' to the identification and sets the checksum.
 */
void layers_ip_write(uint8_t *ip, uint32_t len, uint32_t more);

/*
 * Finds the headers of a frame, outermost first, and their length together.  0;
 * -1: the frame is not what its offload header says.
 */
int layers_find(struct layers *, const struct frame *, int linktype);

/*
 * If the frame's undone checksum is the CRC32c of SCTP: the offset of the SCTP
 * packet's end.  0: it is an Internet checksum, or there is none.  Linux and
 * the virtio-net header mark both kinds alike.
 */
uint32_t layers_sctp(const struct frame *, int linktype);

#endif

/*
 * The headers of a frame with segmentation that differ from one segment to
 * the next; offload.c mends them.
 */
#ifndef LAYERS_H
#define LAYERS_H

#include "port/port.h"

#define LAYERS_HEAD 1024 /* bytes repeated in front of segments, at most */
#define LAYERS_MAX  10

enum layer_kind { LAYER_IP4, LAYER_IP6, LAYER_GRE, LAYER_UDP, LAYER_TCP };

/* The headers that differ between segments: the outer IP to TCP or UDP. */
struct layers {
	uint32_t head; /* bytes up to the payload */
	unsigned count;
	struct layer {
		uint16_t kind;
		uint16_t at; /* offset in the frame */
	} layer[LAYERS_MAX];
};

/*
 * Where the first IP header begins, behind VLAN tags; false: there is none.
 * With raw IP nothing is looked at: it is 0.
 */
bool layers_ip(const struct frame *, int linktype, uint32_t *ip);

/*
 * Finds them, outermost first, and how long all headers are together.  0; -1:
 * the frame is not what its offload header says.
 */
int layers_find(struct layers *, const struct frame *, int linktype);

/*
 * Where the SCTP packet ends whose checksum, CRC32c, is left undone; 0: the
 * frame's undone checksum is an Internet checksum, or there is none.  Linux
 * marks both alike, and so does the virtio-net header.
 */
uint32_t layers_sctp(const struct frame *, int linktype);

#endif

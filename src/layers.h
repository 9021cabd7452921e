/*
 * The headers of a frame with segmentation that differ from one segment to
 * the next; offload.c mends them.
 */
#ifndef LAYERS_H
#define LAYERS_H

#include "offload.h"

#define TCP_CSUM 16 /* offsets of the checksums */
#define UDP_CSUM 6

enum layer_kind { LAYER_IP4, LAYER_IP6, LAYER_GRE, LAYER_UDP, LAYER_TCP };

/*
 * Where the first IP header begins, behind VLAN tags; false: there is none.
 * With raw IP nothing is looked at: it is 0.
 */
bool layers_ip(const struct frame *, int linktype, uint32_t *ip);

/*
 * Finds them, outermost first, and how long all headers are together.  0; -1:
 * the frame is not what its offload header says.
 */
int layers_find(struct offload_layers *, const struct frame *, int linktype);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * The virtio-net header as AF_PACKET and tun put it in front of each frame.
 */
#ifndef VNET_LINUX_H
#define VNET_LINUX_H

#include "port/port.h"

#define VNET_HEAD	 10 /* struct virtio_net_hdr */
#define VNET_TUNNEL_HEAD 24 /* struct virtio_net_hdr_v1_hash_tunnel */

void vnet_read(const uint8_t head[VNET_HEAD], struct offload *);
void vnet_write(uint8_t head[VNET_HEAD], const struct frame *);
/* The longer header, for Ethernet frames, also with frame->tunnel. */
void vnet_tunnel_write(uint8_t head[VNET_TUNNEL_HEAD], const struct frame *);

/*
 * For kernels that give no header, but only a flag that a frame's checksum is
 * undone: fills off.  False: there is no TCP, UDP or SCTP header where one
 * should be.
 */
bool vnet_guess(struct frame *, int linktype);

/* Whether the kernel accepts a header with UDP segmentation. */
bool vnet_knows_uso(void);

#endif

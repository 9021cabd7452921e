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
/* The longer one, for an Ethernet frame: also for a tunnel's super-frame. */
void vnet_tunnel_write(uint8_t head[VNET_TUNNEL_HEAD], const struct frame *);

/*
 * For kernels without the header: describes the checksum that the kernel said
 * is unfinished.  False if there is no TCP or UDP header where one should be.
 */
bool vnet_guess(struct frame *, int linktype);

/* Whether the kernel knows UDP segmentation in the header it is given. */
bool vnet_knows_uso(void);

#endif

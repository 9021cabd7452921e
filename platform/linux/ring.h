/*
 * The receive ring of a packet(7) socket: memory that the kernel puts frames
 * into, one to a slot.
 *
 * Theory of operation.  A small frame costs no system call this way.  A frame
 * that is longer than its slot is in it only in part, and waits whole in the
 * socket's queue (PACKET_COPY_THRESH): one such slot belongs to one recv(2), in
 * the same order (Linux, net/packet/af_packet.c, tpacket_rcv()).  Slots are
 * looked at one after another, and given back all together when nobody needs
 * the frames any more: poll(2) tells of input as long as the last one that the
 * kernel has filled is not given back.
 *
 * At a frame that the virtio-net header has no words for many kernels reserve a
 * slot, drop the frame and never free the slot: they drop all that come, for
 * ever (tried: 6.18.44; Debian's 6.1.192 frees it).  Such are SCTP and old UDP
 * fragmentation, rare ones; but before Linux 6.2 also UDP segmentation, which
 * any program may use.
 */
#ifndef RING_LINUX_H
#define RING_LINUX_H

#include <linux/if_packet.h>
#include <stdbool.h>
#include <stdint.h>

struct ring {
	uint8_t *slots;
	unsigned count; /* of slots; 0: there is no ring */
	unsigned next; /* to be looked at */
	unsigned taken; /* before it, not given back yet */
	bool moved; /* some were taken since ring_still() */
};

/*
 * Makes a ring of about so many bytes for a socket that has none; the struct is
 * all zero.  0; -1: there is none.
 */
int ring_open(struct ring *, int fd, uint32_t bytes);
/* The next frame's slot; NULL: there is none. */
struct tpacket2_hdr *ring_take(struct ring *);
/* Gives back all that were taken. */
void ring_release(struct ring *);
/*
 * Nothing is in it, and nothing was taken since this was asked last: if frames
 * were dropped meanwhile, it has stopped for good.
 */
bool ring_still(struct ring *);
/*
 * The socket is one without a ring again; it loses what waits in it.  0, also
 * for one that is all zero; -1 errno.
 */
int ring_close(struct ring *, int fd);

#endif

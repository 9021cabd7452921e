/* SPDX-License-Identifier: ISC */
/*
 * A packet(7) socket on one interface: binding, filters, counters and sending
 * (packet.c), and receiving (packet_recv.c).
 */
#ifndef PACKET_LINUX_H
#define PACKET_LINUX_H

#include <linux/filter.h>
#include <net/if.h>

#include "filter/filter.h"
#include "port/port.h"

#define PACKET_PREFIX 5 /* instructions in front of the caller's filter */

/* All zero: there is no ring, and all frames come through the queue. */
struct ring {
	uint8_t *slots;
	unsigned count, size; /* how many slots; bytes of each */
	unsigned next; /* the slot to look at next */
	unsigned taken; /* slots before next that are not given back yet */
	bool moved; /* slots were taken since ring_is_still() */
};

struct packet {
	int fd;
	int ifindex; /* -1: the interface is gone */
	unsigned hatype; /* ARPHRD_* */
	int linktype; /* LINK_ANY: frames that no port carries */
	uint32_t mark; /* of own frames; 0: none */
	uint32_t head; /* VNET_HEAD, or 0 without PACKET_VNET_HDR */
	struct ring ring;
	uint64_t seen; /* `dropped' at the last packet_mend() */
	struct sock_filter prog[PACKET_PREFIX + FILTER_INSNS];
	unsigned short ninsns;
	int base; /* a second socket, which is never read */
	bool compares; /* base has a filter */
	bool comparing; /* both sockets hear */
	int64_t ahead; /* frames that only base heard, not counted yet */
	uint64_t dropped, filtered; /* see packet_count() */
	uint64_t invalid; /* received, but cannot be delivered */
	uint64_t left; /* still queued when the socket stopped hearing */
};

/* ---- packet.c ---- */

/* Reads the interface's ARPHRD_*.  fd: any socket.  0, -1 errno. */
int packet_hatype(int fd, const char *ifname, unsigned *hatype);

/* Fills the fields about the interface, by fd.  0, -1 errno. */
int packet_identify(struct packet *, const char *ifname);

/* The index of the interface that the socket is bound to; -1: it is gone. */
int packet_index(int fd);

/* The present name of the interface that it is bound to.  0, -1 errno. */
int packet_name(const struct packet *, char name[IFNAMSIZ]);

/*
 * Discards queued frames and begins to hear frames that the filter accepts, or
 * (hear false) none.  packet_setfilter() replaces the filter first.  0, also if
 * the interface is gone: packet_rebind() will follow; -1 errno.
 */
int packet_listen(struct packet *, bool hear);
int packet_setfilter(struct packet *, const struct bpf_program *, bool hear);

/*
 * From now on counts as filtered the frames that this program accepts and the
 * filter refuses; NULL: none.  Call it before packet_setfilter().  0; -1 errno
 * (EPERM: own frames cannot be told apart).
 */
int packet_setbase(struct packet *, const struct bpf_program *);

/* Refreshes dropped and filtered. */
void packet_count(struct packet *);

/*
 * Binds it, with its filter, to the interface that has the name now.  0; -1
 * errno (EPROTOTYPE: that interface has another link type).
 */
int packet_rebind(struct packet *, const char *ifname, bool hear);

/*
 * Sends frames.  Returns how many, one at least; -1 errno: of the first one.
 */
int packet_send(const struct packet *, const struct frame *, int n);

/* ---- packet_recv.c ---- */

/*
 * Makes frames come through a ring of about so many bytes, on kernels without
 * the bugs that packet_recv.c names; on others all come through the queue.
 * Call it before packet_listen().  0; -1 errno.
 */
int packet_begin(struct packet *, uint32_t bytes);
/*
 * Makes the ring again if its slots have another size than wanted: large ones
 * have room for a frame of MTU 1500, small ones are more.  Call it while the
 * socket does not hear, after packet_listen().  0, also without a ring; -1
 * errno.
 */
int packet_suit(struct packet *, uint32_t bytes, bool large);
/*
 * Call it at intervals.  If the ring has stopped for good since the last call,
 * gives it up and returns 1: all frames come through the queue then.  Else 0;
 * -1 errno.
 */
int packet_mend(struct packet *);

/*
 * Receives the next frame and puts its VLAN tag back.  A small frame stays in
 * the ring until packet_release(); a large one is written to *at, which must
 * have room for VNET_HEAD + FRAME_MAX bytes and is advanced.  False: there is
 * none.  Frames that cannot be delivered are counted as invalid or dropped.
 */
bool packet_recv(struct packet *, uint8_t **at, struct frame *);
/* Gives the slots of received frames back to the kernel. */
void packet_release(struct packet *);
/* Discards the frames in ring and queue, and counts them as left. */
void packet_drain(struct packet *);
/*
 * Gives the ring up, with the frames in it.  The descriptor stays open.  0,
 * also if there is no ring; -1 errno.
 */
int packet_end(struct packet *);

#endif

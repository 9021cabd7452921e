/*
 * A packet(7) socket on one interface: what it is bound to, what it hears,
 * and frames in and out.
 */
#ifndef PACKET_LINUX_H
#define PACKET_LINUX_H

#include <linux/filter.h>
#include <net/if.h>

#include "filter/filter.h"
#include "port/port.h"
#include "ring.h"

#define PACKET_PREFIX 5 /* instructions in front of the caller's filter */

struct packet {
	int fd;
	int ifindex; /* -1: the interface is gone */
	unsigned hatype; /* ARPHRD_* */
	int linktype; /* LINK_ANY: none that is carried */
	uint32_t mark; /* of own frames; 0: none */
	uint32_t head; /* VNET_HEAD, or 0 without PACKET_VNET_HDR */
	struct ring ring; /* all zero: all frames wait in the queue */
	uint64_t seen; /* of dropped, by packet_mend() */
	struct sock_filter prog[PACKET_PREFIX + FILTER_INSNS];
	unsigned short ninsns;
	int base; /* a second socket, which is never read */
	bool compares, comparing; /* base has a filter; both hear */
	int64_t ahead; /* what base has heard more, not counted yet */
	uint64_t dropped, filtered; /* see packet_count() */
	uint64_t invalid; /* of those that came */
	uint64_t left; /* were queued when it should hear no more */
};

struct ifreq packet_ifreq(const char *ifname);

/* Needs fd; fills what concerns the interface.  0, -1 errno. */
int packet_identify(struct packet *, const char *ifname);

/* The present name of the interface that it is bound to.  0, -1 errno. */
int packet_name(const struct packet *, char name[IFNAMSIZ]);

/*
 * Begins to hear what the filter accepts, or nothing; what was queued is
 * gone.  0, also if the interface has gone (rebind comes later); -1 errno.
 */
int packet_listen(struct packet *, bool hear);
int packet_setfilter(struct packet *, const struct bpf_program *, bool hear);

/*
 * Frames that this program accepts and the filter does not are counted; NULL:
 * none.  Before packet_setfilter().  0, -1 errno (EPERM: own frames cannot be
 * told apart).
 */
int packet_setbase(struct packet *, const struct bpf_program *);

/* Refreshes the counters, of all that this socket has heard. */
void packet_count(struct packet *);

/*
 * Goes over to the interface that has the name now, filter included.  0;
 * -1 errno, EPROTOTYPE: it is of another kind.
 */
int packet_rebind(struct packet *, const char *ifname, bool hear);

/*
 * Frames come through a ring of about so many bytes from now on, if the kernel
 * can do that without harm, else all through the queue.  Before
 * packet_listen().  0, -1 errno.
 */
int packet_begin(struct packet *, uint32_t bytes);
/*
 * If the ring has stopped for good, which is seen from one call to the next, it
 * is given up: 1, then all come through the queue; -1 errno.  Else 0.
 */
int packet_mend(struct packet *);

/*
 * The next frame, its VLAN tag put back: in the ring, until packet_release(),
 * or, if it is large, in memory at *at, VNET_HEAD + FRAME_MAX bytes, of which
 * it takes some.  False: there is none.  Those that cannot be delivered are
 * counted.
 */
bool packet_recv(struct packet *, uint8_t **at, struct frame *);
/* Nobody looks any more at frames that were received. */
void packet_release(struct packet *);

/* How many were sent, one at least; -1 errno: why the first one was not. */
int packet_send(const struct packet *, const struct frame *, int n);

#endif

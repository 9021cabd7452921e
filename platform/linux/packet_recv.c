/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.
 *
 * Tags.  The kernel takes the outer VLAN tag out of a frame and passes it
 * beside the frame.  We put it back into the place where the virtio-net header
 * was: only the twelve bytes of addresses move.
 *
 * The ring is memory into which the kernel writes frames, one in each slot: a
 * small frame needs no system call.  A slot has only the beginning of a frame
 * that is longer, and the whole frame waits in the socket's queue
 * (PACKET_COPY_THRESH): one such slot belongs to one recv(2), in the same order
 * (Linux, net/packet/af_packet.c, tpacket_rcv()).  Slots are read one after
 * another, and given back all together when nobody needs the frames any more:
 * poll(2) reports input as long as the slot that the kernel has filled last is
 * not given back.
 *
 * For a frame that the virtio-net header cannot describe, many kernels reserve
 * a slot, drop the frame and never free the slot.  From then on they drop all
 * frames (tried: 6.18.44; Debian's 6.1.192 frees the slot).  Such frames are
 * SCTP and old UDP fragmentation, which are rare; but before Linux 6.2 also UDP
 * segmentation, which any program may use: on those kernels there is no ring.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <linux/if_packet.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "bytes.h"
#include "frame/offload.h"
#include "frame/packet.h"
#include "packet.h"
#include "vnet.h"

/* Bytes of a slot; 76 of them come before an Ethernet frame. */
#define SLOT	   256 /* many slots, for bursts of small frames */
#define SLOT_LARGE 2048 /* a frame of MTU 1500 needs no system call */
#define BLOCK	   65536 /* bytes; a multiple of any page size */
#define DRAIN_MAX  (1 << 20) /* more frames than any buffer holds */

/* ---- the ring ---- */

static int
ring_set(int fd, const struct tpacket_req *req)
{
	return setsockopt(fd, SOL_PACKET, PACKET_RX_RING, req, sizeof(*req));
}

/* Opens a ring of about so many bytes.  0; -1: there is none. */
static int
ring_open(struct ring *r, int fd, uint32_t bytes, unsigned slot)
{
	struct tpacket_req none = { 0 },
			   req = { .tp_block_size = BLOCK,
				   .tp_frame_size = slot };
	int version = TPACKET_V2, on = 1;
	void *map;

	req.tp_block_nr = bytes < BLOCK ? 1 : bytes / BLOCK;
	req.tp_frame_nr = req.tp_block_nr * (BLOCK / slot);
	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version,
		sizeof(version)) == -1 ||
	    setsockopt(fd, SOL_PACKET, PACKET_COPY_THRESH, &on, sizeof(on)) ==
		-1 ||
	    ring_set(fd, &req) == -1)
		return -1;
	map = mmap(NULL, (size_t)req.tp_block_nr * BLOCK,
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		(void)ring_set(fd, &none);
		return -1;
	}
	/* the kernel could not free the ring while a child has it mapped */
	(void)madvise(map, (size_t)req.tp_block_nr * BLOCK, MADV_DONTFORK);
	r->slots = map;
	r->size = slot;
	r->count = req.tp_frame_nr;
	return 0;
}

static struct tpacket2_hdr *
ring_slot(const struct ring *r, unsigned i)
{
	return (void *)(r->slots + (size_t)i * r->size);
}

static bool
slot_is_full(const struct tpacket2_hdr *slot)
{
	return (__atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE) &
		   TP_STATUS_USER) != 0;
}

/* Takes the slot of the next frame; NULL: there is none. */
static struct tpacket2_hdr *
ring_take(struct ring *r)
{
	struct tpacket2_hdr *slot;

	if (r->taken == r->count)
		return NULL;
	slot = ring_slot(r, r->next);
	if (!slot_is_full(slot))
		return NULL;
	r->next = (r->next + 1) % r->count;
	r->taken++;
	r->moved = true;
	return slot;
}

/*
 * Whether nothing is in the ring, and nothing was taken since the last call.
 * If frames were dropped meanwhile, the ring has stopped for good.
 */
static bool
ring_is_still(struct ring *r)
{
	bool still = r->count > 0 && r->taken == 0 && !r->moved &&
	    !slot_is_full(ring_slot(r, r->next));

	r->moved = false;
	return still;
}

void
packet_release(struct packet *p)
{
	struct ring *r = &p->ring;

	for (; r->taken > 0; r->taken--) {
		unsigned i = (r->next + r->count - r->taken) % r->count;

		__atomic_store_n(&ring_slot(r, i)->tp_status, TP_STATUS_KERNEL,
		    __ATOMIC_RELEASE);
	}
}

int
packet_end(struct packet *p)
{
	const struct tpacket_req none = { 0 };
	struct ring *r = &p->ring;

	if (r->count == 0)
		return 0;
	(void)munmap(r->slots, (size_t)r->count * r->size);
	r->count = r->next = r->taken = 0;
	return ring_set(p->fd, &none);
}

/* Makes recvmsg(2) pass beside each frame what a slot of the ring has. */
static int
queue_begin(const struct packet *p)
{
	int on = 1;

	if (setsockopt(p->fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) ==
	    -1)
		return -1;
	return setsockopt(p->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

int
packet_begin(struct packet *p, uint32_t bytes)
{
	if (vnet_knows_uso() && ring_open(&p->ring, p->fd, bytes, SLOT) == 0)
		return 0;
	return queue_begin(p);
}

int
packet_suit(struct packet *p, uint32_t bytes, bool large)
{
	unsigned slot = large ? SLOT_LARGE : SLOT;

	if (p->ring.count == 0 || p->ring.size == slot)
		return 0;
	if (packet_end(p) == -1)
		return -1;
	return ring_open(&p->ring, p->fd, bytes, slot) == 0 ? 0 :
							      queue_begin(p);
}

int
packet_mend(struct packet *p)
{
	uint64_t before = p->seen;

	packet_count(p);
	p->seen = p->dropped;
	if (!ring_is_still(&p->ring) || p->dropped == before)
		return 0;
	return packet_end(p) == -1 || queue_begin(p) == -1 ? -1 : 1;
}

void
packet_drain(struct packet *p)
{
	struct tpacket2_hdr *slot;
	uint8_t byte;
	int i;

	packet_release(p);
	while ((slot = ring_take(&p->ring)) != NULL) {
		/* a frame with COPY is in the queue, too */
		p->left += (slot->tp_status & TP_STATUS_COPY) == 0;
		packet_release(p);
	}
	/* EINVAL: a frame was taken, but a byte is less than its header */
	for (i = 0; i < DRAIN_MAX; i++)
		if (recv(p->fd, &byte, 1, MSG_DONTWAIT) != -1 ||
		    errno == EINVAL)
			p->left++;
		else if (errno == EAGAIN)
			break;
}

/* ---- frames ---- */

static void
tag_restore(struct frame *f, uint16_t tpid, uint16_t tci)
{
	memmove(f->data - VLAN_HEAD, f->data, ETHER_TYPE);
	f->data -= VLAN_HEAD;
	f->len += VLAN_HEAD;
	put16(f->data + ETHER_TYPE, tpid);
	put16(f->data + ETHER_TYPE + 2, tci);
	if (f->off.flags != 0 || f->off.gso != 0)
		offload_shift(&f->off, VLAN_HEAD);
}

/* Applies checksum status and tag, which the kernel passes beside a frame. */
static void
beside_apply(const struct packet *p, struct frame *f, uint32_t status,
    uint16_t tpid, uint16_t tci)
{
	if (p->head > 0)
		vnet_read(f->data - VNET_HEAD, &f->off);
	else if ((status & TP_STATUS_CSUMNOTREADY) != 0)
		(void)vnet_guess(f, p->linktype);
	if ((status & TP_STATUS_VLAN_VALID) != 0 && f->len >= ETHER_TYPE &&
	    p->linktype == LINK_ETHERNET)
		tag_restore(f,
		    status & TP_STATUS_VLAN_TPID_VALID ? tpid : TYPE_VLAN, tci);
}

static void
slot_apply(const struct packet *p, const struct tpacket2_hdr *slot,
    struct frame *f)
{
	const struct sockaddr_ll *from = (const void *)((const uint8_t *)slot +
	    TPACKET_ALIGN(sizeof(*slot)));

	f->when_ns = (uint64_t)slot->tp_sec * 1000000000 + slot->tp_nsec;
	f->outbound = from->sll_pkttype == PACKET_OUTGOING;
	beside_apply(p, f, slot->tp_status, slot->tp_vlan_tpid,
	    slot->tp_vlan_tci);
}

static void
control_apply(const struct packet *p, struct frame *f, struct msghdr *msg)
{
	struct cmsghdr *cm;
	struct tpacket_auxdata aux;
	struct timespec ts;

	for (cm = CMSG_FIRSTHDR(msg); cm != NULL; cm = CMSG_NXTHDR(msg, cm)) {
		if (cm->cmsg_level == SOL_PACKET &&
		    cm->cmsg_type == PACKET_AUXDATA) {
			memcpy(&aux, CMSG_DATA(cm), sizeof(aux));
			beside_apply(p, f, aux.tp_status, aux.tp_vlan_tpid,
			    aux.tp_vlan_tci);
		} else if (cm->cmsg_level == SOL_SOCKET &&
		    cm->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(cm), sizeof(ts));
			f->when_ns = (uint64_t)ts.tv_sec * 1000000000 +
			    (uint64_t)ts.tv_nsec;
		}
	}
}

/*
 * Reads the next frame of the queue to *at, and into msg what the kernel passes
 * beside it.  1; 0: there is none; -1: the frame cannot be delivered and is
 * counted.
 */
static int
queue_read(struct packet *p, uint8_t **at, struct frame *f, struct msghdr *msg)
{
	struct iovec iov = { *at + VNET_HEAD - p->head, p->head + FRAME_MAX };
	ssize_t r;

	/* cppcheck-suppress autoVariables; it is taken out again */
	msg->msg_iov = &iov;
	msg->msg_iovlen = 1;
	do
		r = recvmsg(p->fd, msg, MSG_DONTWAIT);
	while (r == -1 && (errno == ENETDOWN || errno == EINTR));
	msg->msg_iov = NULL;
	msg->msg_iovlen = 0;
	if (r == -1 && errno != EINVAL)
		return 0;
	memset(f, 0, sizeof(*f));
	f->data = *at + VNET_HEAD;
	f->len = (uint32_t)r - p->head;
	/* EINVAL: segmentation that the header cannot describe */
	if (r == -1 || (msg->msg_flags & MSG_TRUNC) != 0 ||
	    f->len > FRAME_MAX) {
		p->invalid++;
		return -1;
	}
	*at += VNET_HEAD + f->len;
	return 1;
}

static int
queue_recv(struct packet *p, uint8_t **at, struct frame *f)
{
	_Alignas(struct cmsghdr) char control[256];
	struct sockaddr_ll from = { 0 };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int r = queue_read(p, at, f, &msg);

	if (r == 1) {
		f->outbound = from.sll_pkttype == PACKET_OUTGOING;
		control_apply(p, f, &msg);
	}
	return r;
}

/* Receives the next frame of the ring; returns as queue_read(). */
static int
slot_recv(struct packet *p, uint8_t **at, struct frame *f)
{
	struct tpacket2_hdr *slot = ring_take(&p->ring);
	struct msghdr none = { 0 };
	int r;

	if (slot == NULL)
		return 0;
	if ((slot->tp_status & TP_STATUS_COPY) != 0) {
		r = queue_read(p, at, f, &none);
		p->invalid += r == 0;
		if (r != 1)
			return -1;
	} else if (slot->tp_snaplen < slot->tp_len) {
		p->dropped++; /* there was no room for it in the queue */
		return -1;
	} else {
		memset(f, 0, sizeof(*f));
		f->data = (uint8_t *)slot + slot->tp_mac;
		f->len = slot->tp_len;
	}
	slot_apply(p, slot, f);
	return 1;
}

bool
packet_recv(struct packet *p, uint8_t **at, struct frame *f)
{
	int r;

	do
		r = p->ring.count > 0 ? slot_recv(p, at, f) :
					queue_recv(p, at, f);
	while (r == -1);
	return r == 1;
}

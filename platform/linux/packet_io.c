/*
 * Theory of operation.  The kernel takes the outer VLAN tag out of a frame and
 * hands it over beside it; it is put back in front, where the virtio-net header
 * was, so that nothing but twelve bytes of addresses moves.
 *
 * Each frame is sent with its protocol said: the kernel takes it from there
 * when it segments a tagged frame, and raw IP has nothing else that says it.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <linux/if_packet.h>
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "bytes.h"
#include "frame/offload.h"
#include "frame/packet.h"
#include "packet.h"
#include "vnet.h"

#define SENT_AT_ONCE 64 /* frames: 11 KB of stack */

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

/* What the kernel tells beside a frame. */
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
 * The next frame of the queue, and what is told beside it, to *at: 1; 0: there
 * is none; -1: it cannot be delivered, and is counted.
 */
static int
queue_read(struct packet *p, uint8_t **at, struct frame *f, struct msghdr *msg)
{
	struct iovec iov = { *at + VNET_HEAD - p->head, p->head + FRAME_MAX };
	ssize_t r;

	msg->msg_iov = &iov;
	msg->msg_iovlen = 1;
	do
		r = recvmsg(p->fd, msg, MSG_DONTWAIT);
	while (r == -1 && (errno == ENETDOWN || errno == EINTR));
	if (r == -1 && errno != EINVAL)
		return 0;
	memset(f, 0, sizeof(*f));
	f->data = *at + VNET_HEAD;
	f->len = (uint32_t)r - p->head;
	/* EINVAL: segmentation that the header has no words for */
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

/* As queue_read(). */
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

void
packet_release(struct packet *p)
{
	ring_release(&p->ring);
}

/*
 * One frame of a batch, in the terms of sendmmsg(2).  Without a link header
 * the kernel demands room for an address of the interface's kind, which it does
 * not look at: 16 bytes for tunnels over IPv6, more than sockaddr_ll has
 * (Linux, net/packet/af_packet.c, packet_snd()).
 */
struct letter {
	uint8_t head[VNET_HEAD];
	struct iovec iov[2];
	struct {
		struct sockaddr_ll ll;
		uint8_t more[24]; /* 32 in all, the kernel's MAX_ADDR_LEN */
	} to;
};

static void
letter_write(struct letter *l, struct msghdr *msg, const struct packet *p,
    const struct frame *f)
{
	vnet_write(l->head, f);
	l->iov[0] = (struct iovec) { l->head, p->head };
	l->iov[1] = (struct iovec) { f->data, f->len };
	memset(&l->to, 0, sizeof(l->to));
	l->to.ll.sll_family = AF_PACKET;
	l->to.ll.sll_protocol = htons(layers_type(f, p->linktype));
	l->to.ll.sll_ifindex = p->ifindex;
	*msg = (struct msghdr) {
		.msg_name = &l->to,
		.msg_namelen = sizeof(l->to),
		.msg_iov = l->iov,
		.msg_iovlen = 2,
	};
}

/*
 * The first one that is refused ends a batch, and its reason comes when it is
 * tried again, alone.  What the kernel segments may have gone in part then, so
 * it is never in a batch with others.
 */
static int
batch_of(const struct frame *frames, int n)
{
	int i = 0;

	if (frames[0].off.gso != 0)
		return 1;
	while (i < n && i < SENT_AT_ONCE && frames[i].off.gso == 0)
		i++;
	return i;
}

int
packet_send(const struct packet *p, const struct frame *frames, int n)
{
	struct letter letters[SENT_AT_ONCE];
	struct mmsghdr msgs[SENT_AT_ONCE];
	int i;

	n = batch_of(frames, n);
	for (i = 0; i < n; i++)
		letter_write(&letters[i], &msgs[i].msg_hdr, p, &frames[i]);
	return sendmmsg(p->fd, msgs, (unsigned)n, MSG_DONTWAIT);
}

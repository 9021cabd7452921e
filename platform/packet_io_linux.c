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

#include "bytes.h"
#include "offload.h"
#include "packet_linux.h"
#include "vnet_linux.h"

#define PROTO_IP     0x0800
#define PROTO_IP6    0x86dd
#define PROTO_VLAN   0x8100

#define SENT_AT_ONCE 64 /* frames: 9 KB of stack */

static void
tag_restore(struct frame *f, uint16_t tpid, uint16_t tci)
{
	memmove(f->data - 4, f->data, 12);
	f->data -= 4;
	f->len += 4;
	put16(f->data + 12, tpid);
	put16(f->data + 14, tci);
	if (f->off.flags != 0 || f->off.gso != 0)
		offload_shift(&f->off, 4);
}

/* What the kernel tells beside a frame. */
static void
slot_apply(const struct packet *p, const struct tpacket2_hdr *slot,
    struct frame *f)
{
	const struct sockaddr_ll *from = (const void *)((const uint8_t *)slot +
	    TPACKET_ALIGN(sizeof(*slot)));
	uint32_t status = slot->tp_status;

	f->when_ns = (uint64_t)slot->tp_sec * 1000000000 + slot->tp_nsec;
	f->outbound = from->sll_pkttype == PACKET_OUTGOING;
	if (p->head > 0)
		vnet_read(f->data - VNET_HEAD, &f->off);
	else if ((status & TP_STATUS_CSUMNOTREADY) != 0)
		(void)vnet_guess(f, p->linktype);
	if ((status & TP_STATUS_VLAN_VALID) != 0 && f->len >= 12 &&
	    p->linktype == LINK_ETHERNET)
		tag_restore(f,
		    status & TP_STATUS_VLAN_TPID_VALID ? slot->tp_vlan_tpid :
							 PROTO_VLAN,
		    slot->tp_vlan_tci);
}

/* The whole of a frame that is longer than its slot. */
static bool
large_recv(const struct packet *p, uint8_t *at, struct frame *f)
{
	ssize_t r;

	do
		r = recv(p->fd, at + VNET_HEAD - p->head, p->head + FRAME_MAX,
		    MSG_DONTWAIT | MSG_TRUNC);
	while (r == -1 && (errno == ENETDOWN || errno == EINTR));
	f->data = at + VNET_HEAD;
	f->len = (uint32_t)r - p->head;
	return r >= (ssize_t)p->head && f->len <= FRAME_MAX;
}

/* False: it cannot be delivered, which is counted. */
static bool
slot_read(struct packet *p, struct tpacket2_hdr *slot, uint8_t **at,
    struct frame *f)
{
	memset(f, 0, sizeof(*f));
	if ((slot->tp_status & TP_STATUS_COPY) != 0) {
		if (!large_recv(p, *at, f)) {
			p->invalid++;
			return false;
		}
		*at += VNET_HEAD + f->len;
	} else if (slot->tp_snaplen < slot->tp_len) {
		p->dropped++; /* there was no room for it in the queue */
		return false;
	} else {
		f->data = (uint8_t *)slot + slot->tp_mac;
		f->len = slot->tp_len;
	}
	slot_apply(p, slot, f);
	return true;
}

bool
packet_recv(struct packet *p, uint8_t **at, struct frame *f)
{
	struct tpacket2_hdr *slot;

	while ((slot = ring_take(&p->ring)) != NULL)
		if (slot_read(p, slot, at, f))
			return true;
	return false;
}

void
packet_release(struct packet *p)
{
	ring_release(&p->ring);
}

static uint16_t
proto_of(const struct packet *p, const struct frame *f)
{
	if (p->linktype == LINK_RAW)
		return f->len > 0 && f->data[0] >> 4 == 6 ? PROTO_IP6 :
							    PROTO_IP;
	return f->len >= FRAME_MIN ? get16(f->data + 12) : 0;
}

/* One frame of a batch, in the terms of sendmmsg(2). */
struct letter {
	uint8_t head[VNET_HEAD];
	struct iovec iov[2];
	struct sockaddr_ll to;
};

static void
letter_write(struct letter *l, struct msghdr *msg, const struct packet *p,
    const struct frame *f)
{
	vnet_write(l->head, f);
	l->iov[0] = (struct iovec) { l->head, p->head };
	l->iov[1] = (struct iovec) { f->data, f->len };
	l->to = (struct sockaddr_ll) {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(proto_of(p, f)),
		.sll_ifindex = p->ifindex,
	};
	*msg = (struct msghdr) {
		.msg_name = &l->to,
		.msg_namelen = sizeof(l->to),
		.msg_iov = l->iov,
		.msg_iovlen = 2,
	};
}

int
packet_send(const struct packet *p, const struct frame *frames, int n)
{
	struct letter letters[SENT_AT_ONCE];
	struct mmsghdr msgs[SENT_AT_ONCE];
	int i;

	if (n > SENT_AT_ONCE)
		n = SENT_AT_ONCE;
	for (i = 0; i < n; i++)
		letter_write(&letters[i], &msgs[i].msg_hdr, p, &frames[i]);
	return sendmmsg(p->fd, msgs, (unsigned)n, MSG_DONTWAIT);
}

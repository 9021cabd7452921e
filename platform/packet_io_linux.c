/*
 * Theory of operation.  The kernel takes the outer VLAN tag out of a frame and
 * hands it over in the auxiliary data; it is put back in front, where the
 * virtio-net header was, so that nothing but twelve bytes of addresses moves.
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
#include "offload.h"
#include "packet_linux.h"
#include "vnet_linux.h"

#define PROTO_IP   0x0800
#define PROTO_IP6  0x86dd
#define PROTO_VLAN 0x8100

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

static void
aux_apply(const struct packet *p, struct frame *f, const void *data)
{
	struct tpacket_auxdata aux;

	memcpy(&aux, data, sizeof(aux));
	if (p->head == 0 && (aux.tp_status & TP_STATUS_CSUMNOTREADY) != 0)
		(void)vnet_guess(f, p->linktype);
	if ((aux.tp_status & TP_STATUS_VLAN_VALID) == 0 || f->len < 12 ||
	    p->linktype != LINK_ETHERNET)
		return;
	tag_restore(f,
	    aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid :
							PROTO_VLAN,
	    aux.tp_vlan_tci);
}

static void
control_apply(const struct packet *p, struct frame *f, struct msghdr *msg)
{
	struct cmsghdr *cm;
	struct timespec ts;

	for (cm = CMSG_FIRSTHDR(msg); cm != NULL; cm = CMSG_NXTHDR(msg, cm)) {
		if (cm->cmsg_level == SOL_PACKET &&
		    cm->cmsg_type == PACKET_AUXDATA)
			aux_apply(p, f, CMSG_DATA(cm));
		else if (cm->cmsg_level == SOL_SOCKET &&
		    cm->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(cm), sizeof(ts));
			f->when_ns = (uint64_t)ts.tv_sec * 1000000000 +
			    (uint64_t)ts.tv_nsec;
		}
	}
}

int
packet_recv(const struct packet *p, uint8_t *at, struct frame *f)
{
	_Alignas(struct cmsghdr) char control[256];
	struct sockaddr_ll from = { 0 };
	struct iovec iov = { at + VNET_HEAD - p->head, p->head + FRAME_MAX };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t r = recvmsg(p->fd, &msg, MSG_DONTWAIT);

	/* EINVAL: segmentation that the header has no words for. */
	if (r == -1)
		return errno == EINVAL ? 0 : -1;
	if (msg.msg_flags & MSG_TRUNC)
		return 0;
	memset(f, 0, sizeof(*f));
	f->data = at + VNET_HEAD;
	f->len = (uint32_t)r - p->head;
	f->outbound = from.sll_pkttype == PACKET_OUTGOING;
	if (p->head > 0)
		vnet_read(at, &f->off);
	control_apply(p, f, &msg);
	return f->len <= FRAME_MAX;
}

static uint16_t
proto_of(const struct packet *p, const struct frame *f)
{
	if (p->linktype == LINK_RAW)
		return f->len > 0 && f->data[0] >> 4 == 6 ? PROTO_IP6 :
							    PROTO_IP;
	return f->len >= FRAME_MIN ? get16(f->data + 12) : 0;
}

int
packet_send(const struct packet *p, const struct frame *f)
{
	uint8_t head[VNET_HEAD];
	struct iovec iov[2] = { { head, p->head }, { f->data, f->len } };
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(proto_of(p, f)),
		.sll_ifindex = p->ifindex,
	};
	struct msghdr msg = {
		.msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = iov,
		.msg_iovlen = 2,
	};

	vnet_write(head, f);
	return sendmsg(p->fd, &msg, MSG_DONTWAIT) == -1 ? -1 : 0;
}

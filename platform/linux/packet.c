/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.
 *
 * Silence.  A socket that is bound to a protocol number that no frame has
 * hears nothing.  Unlike a filter that drops all frames, this costs nothing per
 * frame, and bind(2) waits until no processor is inside the old hook any more
 * (synchronize_net()).  So to change the filter: bind to that number, drain,
 * attach the filter, bind to all protocols.  After that no frame can come that
 * the old filter has judged.
 *
 * Own frames.  The kernel does not show a socket the frames that it has sent
 * itself: it compares the owner of each.  But when the kernel segments a frame
 * in software (an interface without TSO), only the last segment has an owner,
 * and the others come back (tried, 6.18).  Therefore the socket has a random
 * mark (SO_MARK), which segments inherit, and each filter begins with
 * instructions that drop outgoing frames with this mark.  To set a mark needs
 * CAP_NET_RAW since Linux 5.17, CAP_NET_ADMIN before.
 *
 * Counting the frames that -f leaves out.  The kernel does not count them.  So
 * a second socket, the base, has the same filter without -f, the smallest
 * buffer and no reader: PACKET_STATISTICS counts the frames that its filter
 * accepts, also those without room in its buffer (Linux,
 * net/packet/af_packet.c, packet_rcv()).  The base counts more frames than the
 * first socket: the difference was left out.  The base is read first: frames
 * between the two readings make the difference smaller, until the next reading.
 *
 * Each frame is sent with its protocol in the address: the kernel needs it
 * there to segment a tagged frame, and raw IP has no other place for it.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <linux/if_packet.h>
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <pcap/bpf.h>

#include "../common/interface.h"
#include "frame/layers.h"
#include "link.h"
#include "packet.h"
#include "vnet.h"

#define SENT_AT_ONCE 64 /* frames: 11 KB of stack */

int
packet_hatype(int fd, const char *ifname, unsigned *hatype)
{
	struct ifreq ifr = ifreq_of(ifname);

	if (strlen(ifname) >= IFNAMSIZ) {
		errno = ENODEV;
		return -1;
	}
	if (ioctl(fd, SIOCGIFHWADDR, &ifr) == -1)
		return -1;
	*hatype = ifr.ifr_hwaddr.sa_family;
	return 0;
}

int
packet_identify(struct packet *p, const char *ifname)
{
	struct ifreq ifr = ifreq_of(ifname);
	socklen_t size = sizeof(p->mark);

	if (packet_hatype(p->fd, ifname, &p->hatype) == -1 ||
	    ioctl(p->fd, SIOCGIFINDEX, &ifr) == -1)
		return -1;
	p->ifindex = ifr.ifr_ifindex;
	p->linktype = link_carries(p->fd, ifname, p->hatype);
	if (getsockopt(p->fd, SOL_SOCKET, SO_MARK, &p->mark, &size) == -1)
		p->mark = 0;
	return 0;
}

int
packet_index(int fd)
{
	struct sockaddr_ll ll = { 0 };
	socklen_t size = sizeof(ll);

	if (getsockname(fd, (struct sockaddr *)&ll, &size) == -1)
		return -1;
	return ll.sll_ifindex;
}

int
packet_name(const struct packet *p, char name[IFNAMSIZ])
{
	struct ifreq ifr = { .ifr_ifindex = packet_index(p->fd) };

	if (ioctl(p->fd, SIOCGIFNAME, &ifr) == -1)
		return -1;
	memcpy(name, ifr.ifr_name, IFNAMSIZ);
	return 0;
}

static struct tpacket_stats
statistics(int fd)
{
	struct tpacket_stats now = { 0 };
	socklen_t size = sizeof(now);

	/* Each reading sets the kernel's counters to 0. */
	(void)getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &now, &size);
	return now;
}

void
packet_count(struct packet *p)
{
	struct tpacket_stats base = { 0 }, own;

	if (p->compares)
		base = statistics(p->base);
	own = statistics(p->fd);
	p->dropped += own.tp_drops;
	if (!p->comparing)
		return;
	p->ahead += (int64_t)base.tp_packets - (int64_t)own.tp_packets;
	if (p->ahead > 0) {
		p->filtered += (uint64_t)p->ahead;
		p->ahead = 0;
	}
}

/* Begins or ends to hear. */
static int
packet_hear(struct packet *p, bool on)
{
	packet_count(p);
	if (p->comparing)
		(void)port_control_capture(p->base, CAPTURE_HEAR, false);
	p->comparing = false;
	if (port_control_capture(p->fd, CAPTURE_HEAR, on) == -1)
		return -1;
	if (!p->compares || !on)
		return 0;
	if (port_control_capture(p->base, CAPTURE_HEAR, true) == -1)
		return -1;
	packet_count(p); /* drops what only one of the two has heard */
	p->comparing = true;
	p->ahead = 0;
	return 0;
}

int
packet_rebind(struct packet *p, const char *ifname, bool hear)
{
	unsigned hatype = p->hatype;
	int linktype = p->linktype;

	if (packet_identify(p, ifname) == -1)
		return -1;
	if (p->hatype != hatype || p->linktype != linktype) {
		p->hatype = hatype;
		p->linktype = linktype;
		errno = EPROTOTYPE;
		return -1;
	}
	if (port_control_capture(p->fd, CAPTURE_BIND, true) == -1 ||
	    port_control_capture(p->base, CAPTURE_BIND, true) == -1)
		return -1;
	p->ifindex = packet_index(p->fd);
	return packet_hear(p, hear);
}

/* Writes the instructions that drop own frames; returns how many. */
static int
filter_prefix(const struct packet *p, struct sock_filter out[PACKET_PREFIX])
{
	struct sock_filter type = BPF_STMT(BPF_LD | BPF_B | BPF_ABS,
	    (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE));
	struct sock_filter mark = BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    (uint32_t)(SKF_AD_OFF + SKF_AD_MARK));

	if (p->mark == 0)
		return 0;
	out[0] = type;
	out[1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
	    PACKET_OUTGOING, 0, 3);
	out[2] = mark;
	out[3] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
	    p->mark, 0, 1);
	out[4] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	return PACKET_PREFIX;
}

static int
filter_attach(int fd, struct sock_filter *insns, unsigned short n)
{
	struct sock_fprog prog = { n, insns };
	int unused = 0;

	/*
	 * Together the old filter and the new one would count against
	 * net.core.optmem_max: 20480 bytes on Linux 6.1, too little for two
	 * filters of an IPv6 session.
	 */
	(void)setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused,
	    sizeof(unused));
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
	    sizeof(prog));
}

int
packet_listen(struct packet *p, bool hear)
{
	if (packet_hear(p, false) == -1 && errno != ENODEV)
		return -1;
	packet_drain(p);
	if (filter_attach(p->fd, p->prog, p->ninsns) == -1)
		return -1;
	if (!hear || packet_hear(p, true) == 0 || errno == ENODEV)
		return 0;
	return -1;
}

/* Writes prefix and program.  Returns how many instructions; -1 errno. */
static int
filter_load(const struct packet *p, const struct bpf_program *program,
    struct sock_filter out[PACKET_PREFIX + FILTER_INSNS])
{
	int n = filter_prefix(p, out);
	u_int i;

	if (program->bf_len == 0 || program->bf_len > FILTER_INSNS) {
		errno = E2BIG;
		return -1;
	}
	for (i = 0; i < program->bf_len; i++) {
		const struct bpf_insn *in = &program->bf_insns[i];

		out[n++] = (struct sock_filter) { in->code, in->jt, in->jf,
			in->k };
	}
	return n;
}

int
packet_setfilter(struct packet *p, const struct bpf_program *program, bool hear)
{
	int n = filter_load(p, program, p->prog);

	if (n == -1)
		return -1;
	p->ninsns = (unsigned short)n;
	return packet_listen(p, hear);
}

int
packet_setbase(struct packet *p, const struct bpf_program *program)
{
	struct sock_filter insns[PACKET_PREFIX + FILTER_INSNS];
	int n;

	p->compares = false;
	if (program == NULL)
		return 0;
	if (p->mark == 0) {
		errno = EPERM;
		return -1;
	}
	n = filter_load(p, program, insns);
	if (n == -1 || filter_attach(p->base, insns, (unsigned short)n) == -1)
		return -1;
	p->compares = true;
	return 0;
}

/* ---- sending ---- */

/*
 * One frame of a batch for sendmmsg(2).  On an interface without a link header
 * the kernel demands an address as long as the interface's, but does not read
 * it: 16 bytes for tunnels over IPv6, more than sockaddr_ll has (Linux,
 * net/packet/af_packet.c, packet_snd()).
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
 * How many of these frames can be one batch.  The first frame that the kernel
 * refuses ends a batch, and its errno comes only when the caller sends it again
 * as the first one.  The kernel may have sent a part of a frame that it
 * segments: such a frame is never in a batch with others.
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
	/* musl's sendmmsg(3) calls sendmsg(2) in a loop */
	return (
	    int)syscall(SYS_sendmmsg, p->fd, msgs, (unsigned)n, MSG_DONTWAIT);
}

/*
 * Theory of operation.
 *
 * Silence.  Bound to a protocol number that no frame has, a socket hears
 * nothing; unlike a filter that drops all, this costs nothing per frame, and
 * bind() waits until no processor is inside the old hook any more
 * (synchronize_net()).  So a change of filter is: bind to nobody, drain,
 * attach the filter, bind to everything; nothing judged by the old filter can
 * come after it.
 *
 * Own frames.  The kernel does not show a socket its own frames: it compares
 * the owner of each.  But when it segments a frame in software (an interface
 * without TSO), only the last segment has an owner, and the others come back
 * (tried, 6.18).  Therefore the socket has a random mark (SO_MARK), which
 * segments inherit, and each filter begins with instructions that drop
 * outgoing frames with this mark.  To set it wants CAP_NET_RAW since Linux
 * 5.17, CAP_NET_ADMIN before.
 *
 * What a filter leaves out the kernel does not count.  So a second socket has
 * a filter that accepts what there would be without -f, a buffer of the
 * smallest size, and no reader: PACKET_STATISTICS counts what it accepts, the
 * drops included (Linux, net/packet/af_packet.c, packet_rcv()).  What it has
 * more than the first socket was left out.  It is read first, so that frames
 * between the two readings make the number smaller, until the next one.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <pcap/bpf.h>

#include "permission.h"
#include "hardware.h"
#include "packet.h"
#include "privilege/platform.h"
#include "vnet.h"

#define DRAIN_MAX  (1 << 20) /* more frames than any buffer holds */
#define PROTO_ALL  0x0003
#define PROTO_NONE 0xffff /* reserved: no frame has it */

struct ifreq
packet_ifreq(const char *ifname)
{
	struct ifreq ifr = { 0 };

	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	return ifr;
}

static int
hatype_read(int fd, const char *ifname, unsigned *hatype)
{
	struct ifreq ifr = packet_ifreq(ifname);

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
	struct ifreq ifr = packet_ifreq(ifname);
	socklen_t size = sizeof(p->mark);

	if (hatype_read(p->fd, ifname, &p->hatype) == -1 ||
	    ioctl(p->fd, SIOCGIFINDEX, &ifr) == -1)
		return -1;
	p->ifindex = ifr.ifr_ifindex;
	p->linktype = hardware_carries(p->fd, ifname, p->hatype);
	if (getsockopt(p->fd, SOL_SOCKET, SO_MARK, &p->mark, &size) == -1)
		p->mark = 0;
	return 0;
}

int
packet_name(const struct packet *p, char name[IFNAMSIZ])
{
	struct sockaddr_ll ll = { 0 };
	socklen_t size = sizeof(ll);
	struct ifreq ifr = { 0 };

	if (getsockname(p->fd, (struct sockaddr *)&ll, &size) == -1)
		return -1;
	ifr.ifr_ifindex = ll.sll_ifindex; /* -1: gone */
	if (ioctl(p->fd, SIOCGIFNAME, &ifr) == -1)
		return -1;
	memcpy(name, ifr.ifr_name, IFNAMSIZ);
	return 0;
}

static void
mark_set(int fd)
{
	uint32_t mark = 0;

	if (getrandom(&mark, sizeof(mark), GRND_NONBLOCK) == sizeof(mark) &&
	    mark != 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
}

static int
packet_open(const char *ifname, uint32_t buffer, char failed[PLATFORM_CALL])
{
	int flags = SOCK_NONBLOCK | SOCK_CLOEXEC, fd;
	int size = buffer < INT32_MAX / 2 ? (int)buffer : INT32_MAX / 2;
	unsigned hatype;

	fd = socket(AF_PACKET, SOCK_RAW | flags, 0);
	if (fd == -1)
		return acquire_fail(fd, failed, "socket(AF_PACKET)");
	if (hatype_read(fd, ifname, &hatype) == -1)
		return acquire_fail(fd, failed, "SIOCGIFHWADDR");
	/* IP from the first byte, whatever the driver does in front of it. */
	if (hardware_linktype(hatype) == LINK_RAW) {
		(void)close(fd);
		fd = socket(AF_PACKET, SOCK_DGRAM | flags, 0);
		if (fd == -1)
			return acquire_fail(fd, failed, "socket(AF_PACKET)");
	}
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ==
	    -1)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
		    sizeof(size));
	mark_set(fd);
	return fd;
}

int
capture_acquire(const char *ifname, uint32_t buffer, char *why, size_t size)
{
	char failed[PLATFORM_CALL] = "";
	int fd = packet_open(ifname, buffer, failed), error;

	if (fd != -1)
		return fd;
	error = errno;
	if (error == ENODEV)
		(void)snprintf(why, size, "no such interface");
	else
		acquire_why(why, size, failed, error, "cap_net_raw", NULL);
	errno = error;
	return -1;
}

/* What the ring tells of a frame, the queue tells if it is asked. */
static int
packet_tells(const struct packet *p)
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
	if (vnet_knows_uso() && ring_open(&p->ring, p->fd, bytes) == 0)
		return 0;
	return packet_tells(p);
}

int
packet_mend(struct packet *p)
{
	uint64_t before = p->seen;

	packet_count(p);
	p->seen = p->dropped;
	if (!ring_still(&p->ring) || p->dropped == before)
		return 0;
	if (ring_close(&p->ring, p->fd) == -1 || packet_tells(p) == -1)
		return -1;
	return 1;
}

static struct tpacket_stats
statistics(int fd)
{
	struct tpacket_stats now = { 0 };
	socklen_t size = sizeof(now);

	/* The kernel begins anew at each reading. */
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

static int
socket_bind(int fd, int ifindex, uint16_t proto)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(proto),
		.sll_ifindex = ifindex,
	};

	return bind(fd, (struct sockaddr *)&ll, sizeof(ll));
}

static int
packet_bind(struct packet *p, uint16_t proto)
{
	packet_count(p);
	if (p->comparing)
		(void)socket_bind(p->base, p->ifindex, PROTO_NONE);
	p->comparing = false;
	if (socket_bind(p->fd, p->ifindex, proto) == -1)
		return -1;
	if (!p->compares || proto != PROTO_ALL)
		return 0;
	if (socket_bind(p->base, p->ifindex, proto) == -1)
		return -1;
	packet_count(p); /* what one of them has heard alone */
	p->comparing = true;
	p->ahead = 0;
	return 0;
}

static void
packet_drain(struct packet *p)
{
	struct tpacket2_hdr *slot;
	uint8_t byte;
	int i;

	for (ring_release(&p->ring); (slot = ring_take(&p->ring)) != NULL;
	     ring_release(&p->ring)) /* those with COPY are in the queue, too */
		p->left += (slot->tp_status & TP_STATUS_COPY) == 0;
	/* EINVAL: it is gone, but has a virtio-net header of more bytes */
	for (i = 0; i < DRAIN_MAX; i++)
		if (recv(p->fd, &byte, 1, MSG_DONTWAIT) != -1 ||
		    errno == EINVAL)
			p->left++;
		else if (errno == EAGAIN)
			break;
}

int
packet_rebind(struct packet *p, const char *ifname, bool hear)
{
	unsigned hatype = p->hatype;
	int linktype = p->linktype;

	if (packet_identify(p, ifname) == -1)
		return -1;
	if (p->hatype == hatype && p->linktype == linktype)
		return packet_bind(p, hear ? PROTO_ALL : PROTO_NONE);
	p->hatype = hatype;
	p->linktype = linktype;
	errno = EPROTOTYPE;
	return -1;
}

/* What drops own frames; returns the number of instructions. */
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
	 * Old and new would be charged together to net.core.optmem_max:
	 * 20480 bytes on Linux 6.1, too little for two of an IPv6 session.
	 */
	(void)setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused,
	    sizeof(unused));
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
	    sizeof(prog));
}

int
packet_listen(struct packet *p, bool hear)
{
	if (packet_bind(p, PROTO_NONE) == -1 && errno != ENODEV)
		return -1;
	packet_drain(p);
	if (filter_attach(p->fd, p->prog, p->ninsns) == -1)
		return -1;
	if (!hear || packet_bind(p, PROTO_ALL) == 0 || errno == ENODEV)
		return 0;
	return -1;
}

/* Behind the prefix.  The number of instructions; -1 errno. */
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

/* SPDX-License-Identifier: ISC */
/* The receiver: looks at every frame, and counts. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <netinet/in.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "numbered.h"

#define BATCH	   64
#define TCP_CSUM   16
#define UDP_CSUM   6
#define POLL_MS	   100 /* until a SIGTERM is seen */
#define NO_FRAME   UINT32_MAX
#define HEADER_MAX (ETHER_LEN + IP_LEN + TCP_LEN)

struct flow {
	uint32_t frame, segment; /* the last one, NO_FRAME: none yet */
	uint32_t segments; /* of that frame */
};

struct counter {
	uint8_t from[6];
	bool per_flow;
	struct flow flow[NUMBERED_FLOWS];
	uint32_t highest;
	uint32_t frames, again, partial, altered, segments;
	uint8_t memory[BATCH][VNET_LEN + NUMBERED_MAX];
	struct iovec iov[BATCH];
	struct mmsghdr msg[BATCH];
};

static volatile sig_atomic_t ended;

static void
on_end(int sig)
{
	(void)sig;
	ended = 1;
}

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* The previous frame of a flow has all its records. */
static void
flow_finish(struct counter *c, struct flow *f)
{
	if (f->frame != NO_FRAME && f->segment + 1 != f->segments)
		c->partial++;
}

static void
record_count(struct counter *c, const struct record *r, struct flow *f)
{
	if (f->frame == r->frame && r->segment == f->segment + 1) {
		f->segment++;
		return;
	}
	if ((f->frame != NO_FRAME && r->frame <= f->frame) ||
	    (!c->per_flow && c->highest != NO_FRAME &&
		r->frame <= c->highest)) {
		c->again++;
		return;
	}
	flow_finish(c, f);
	if (r->segment != 0)
		c->partial++;
	c->frames++;
	f->frame = r->frame;
	f->segment = r->segment;
	f->segments = r->segments;
	if (c->highest == NO_FRAME || r->frame > c->highest)
		c->highest = r->frame;
}

/* Walks the records; how many there were, -1: something is wrong. */
static int
payload_count(struct counter *c, const uint8_t *p, size_t len, unsigned mss,
    struct flow *f)
{
	struct record r;
	int n = 0;

	for (; len > 0; p += r.length, len -= r.length, n++) {
		if (len < sizeof(r))
			return -1;
		memcpy(&r, p, sizeof(r));
		if (r.length < sizeof(r) || r.length > len ||
		    record_sum(&r, p + sizeof(r)) != r.sum)
			return -1;
		if (mss != 0 && r.length != mss && r.length != len)
			return -1;
		record_count(c, &r, f);
	}
	return mss != 0 || n == 1 ? n : -1;
}

/* The header checksums, where they are finished, else where they are to be. */
static bool
is_summed(const struct virtio_net_hdr *v, const uint8_t *ip, size_t len,
    bool tcp)
{
	uint64_t sum = inet_pseudo(ip, len);

	if (inet_fold(inet_add(0, ip, IP_LEN)) != 0xffff)
		return false;
	if (v->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		return v->csum_start == ETHER_LEN + IP_LEN &&
		    v->csum_offset == (tcp ? TCP_CSUM : UDP_CSUM);
	return inet_fold(inet_add(sum, ip + IP_LEN, len)) == 0xffff;
}

/* Returns how many segments it had, -1: it is not what was sent. */
static int
ip_count(struct counter *c, const struct virtio_net_hdr *v, const uint8_t *ip,
    size_t len)
{
	bool tcp = ip[9] == IPPROTO_TCP;
	size_t head = IP_LEN + (tcp ? TCP_LEN : UDP_LEN);
	unsigned flow = get16(ip + IP_LEN + 2) - NUMBERED_PORT;

	if (ip[0] != 0x45 || flow >= NUMBERED_FLOWS ||
	    tcp == (flow == NUMBERED_FLOWS - 1))
		return -1;
	if (get16(ip + 2) < head || get16(ip + 2) > len)
		return -1;
	len = get16(ip + 2);
	if (!is_summed(v, ip, len - IP_LEN, tcp))
		return -1;
	return payload_count(c, ip + head, len - head,
	    v->gso_type != VIRTIO_NET_HDR_GSO_NONE ? v->gso_size : 0,
	    &c->flow[flow]);
}

static void
frame_count(struct counter *c, int i)
{
	const uint8_t *frame = c->memory[i] + VNET_LEN;
	size_t len = c->msg[i].msg_len;
	struct virtio_net_hdr v;
	int n;

	if (len < VNET_LEN + HEADER_MAX || memcmp(frame + 6, c->from, 6) != 0)
		return;
	memcpy(&v, c->memory[i], sizeof(v));
	n = ip_count(c, &v, frame + ETHER_LEN, len - VNET_LEN - ETHER_LEN);
	if (n < 0)
		c->altered++;
	else if ((uint32_t)n > c->segments)
		c->segments = (uint32_t)n;
}

/* Until there is nothing more. */
static void
socket_read(struct counter *c, int fd)
{
	int i, n;

	while ((n = recvmmsg(fd, c->msg, BATCH, MSG_DONTWAIT, NULL)) > 0)
		for (i = 0; i < n; i++)
			frame_count(c, i);
	if (errno != EAGAIN && errno != EINTR && errno != ENETDOWN)
		err(1, "recvmmsg");
}

static void
counter_print(struct counter *c, int fd)
{
	struct tpacket_stats st = { 0, 0 };
	socklen_t len = sizeof(st);
	int i;

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &st, &len) == -1)
		err(1, "PACKET_STATISTICS");
	for (i = 0; i < NUMBERED_FLOWS; i++)
		flow_finish(c, &c->flow[i]);
	printf("frames=%u again=%u partial=%u altered=%u dropped=%u "
	       "segments=%u\n",
	    c->frames, c->again, c->partial, c->altered, st.tp_drops,
	    c->segments);
}

static void
counter_init(struct counter *c)
{
	int i;

	c->highest = NO_FRAME;
	for (i = 0; i < NUMBERED_FLOWS; i++)
		c->flow[i].frame = NO_FRAME;
	for (i = 0; i < BATCH; i++) {
		c->iov[i].iov_base = c->memory[i];
		c->iov[i].iov_len = sizeof(c->memory[i]);
		c->msg[i].msg_hdr.msg_iov = &c->iov[i];
		c->msg[i].msg_hdr.msg_iovlen = 1;
	}
}

int
count_main(int argc, char **argv)
{
	static struct counter c;
	struct sigaction end = { .sa_handler = on_end };
	const char *ifname = "";
	struct pollfd p = { .events = POLLIN };
	int o;

	while ((o = getopt(argc, argv, "i:s:f")) != -1)
		switch (o) {
		case 'i':
			ifname = optarg;
			break;
		case 's':
			mac_parse(c.from, optarg);
			break;
		case 'f':
			c.per_flow = true;
			break;
		default:
			return 2;
		}
	counter_init(&c);
	sigaction(SIGTERM, &end, NULL);
	p.fd = packet_socket(ifname, true);
	printf("counting\n");
	fflush(stdout);
	while (!ended)
		if (poll(&p, 1, POLL_MS) == 1)
			socket_read(&c, p.fd);
	socket_read(&c, p.fd);
	counter_print(&c, p.fd);
	return 0;
}

/* SPDX-License-Identifier: ISC */
/* The sender: builds each frame of its batch anew, and sends them at a rate. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <arpa/inet.h>
#include <linux/virtio_net.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "numbered.h"

#define BATCH	 64
#define FILLING	 (2 * NUMBERED_MAX)
#define SLOT_NS	 100000 /* how long is slept at most for a rate */
#define TCP_CSUM 16 /* offsets of the checksums */
#define UDP_CSUM 6

/* A frame: its flow, the payload of a segment, how many segments. */
struct kind {
	uint8_t flow; /* the last one is UDP */
	uint16_t length;
	uint16_t segments;
};

/* Trains of two connections, some of them broken by other frames. */
static const struct kind plain[] = { { 0, 1460, 1 }, { 0, 1460, 1 },
	{ 0, 1460, 1 }, { 0, 1460, 1 }, { 0, 733, 1 }, { 2, 18, 1 },
	{ 1, 1000, 1 }, { 1, 1000, 1 }, { 0, 1460, 1 }, { 1, 1000, 1 },
	{ 2, 1472, 1 }, { 2, 18, 1 }, { 2, 41, 1 }, { 0, 1460, 1 },
	{ 0, 1460, 1 }, { 0, 1460, 1 } };
static const struct kind super[] = { { 0, 1448, 44 }, { 2, 18, 1 },
	{ 1, 500, 9 }, { 0, 1448, 20 }, { 2, 1472, 1 }, { 1, 536, 2 },
	{ 2, 18, 1 }, { 0, 700, 1 } };

struct sender {
	const struct kind *kinds;
	unsigned nkinds;
	struct kind only; /* with a length */
	bool offloads;
	uint8_t ether[ETHER_LEN];
	uint32_t frame; /* the next one's number */
	uint32_t seq[NUMBERED_FLOWS];
	uint16_t id[NUMBERED_FLOWS];
	uint8_t filling[FILLING];
	uint8_t memory[BATCH][VNET_LEN + NUMBERED_MAX];
	struct iovec iov[BATCH];
	struct mmsghdr msg[BATCH];
};

static void
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static size_t
payload_build(struct sender *s, uint8_t *p, const struct kind *k)
{
	struct record r = { .frame = s->frame,
		.segments = k->segments,
		.length = k->length };
	size_t at, n = r.length - sizeof(r);

	for (; r.segment < k->segments; r.segment++, p += r.length) {
		at = (r.frame * 31 + r.segment * 17) % (FILLING - n);
		r.sum = record_sum(&r, s->filling + at);
		memcpy(p, &r, sizeof(r));
		memcpy(p + sizeof(r), s->filling + at, n);
	}
	return (size_t)k->length * k->segments;
}

static void
ip_build(struct sender *s, uint8_t *ip, const struct kind *k, size_t len)
{
	static const uint8_t addresses[8] = { 10, 9, 0, 76, 10, 9, 0, 77 };
	uint16_t sum;

	memset(ip, 0, IP_LEN);
	ip[0] = 0x45;
	put16(ip + 2, (unsigned)len);
	put16(ip + 4, s->id[k->flow]);
	s->id[k->flow] = (uint16_t)(s->id[k->flow] + k->segments);
	ip[6] = 0x40; /* do not fragment */
	ip[8] = 64;
	ip[9] = k->flow == NUMBERED_FLOWS - 1 ? IPPROTO_UDP : IPPROTO_TCP;
	memcpy(ip + 12, addresses, sizeof(addresses));
	sum = (uint16_t)~inet_fold(inet_add(0, ip, IP_LEN));
	memcpy(ip + 10, &sum, sizeof(sum));
}

static void
tcp_build(struct sender *s, uint8_t *tcp, const struct kind *k)
{
	memset(tcp, 0, TCP_LEN);
	put32(tcp + 4, s->seq[k->flow]);
	s->seq[k->flow] += (uint32_t)k->length * k->segments;
	put32(tcp + 8, 1);
	put16(tcp + 12, 5 << 12 | 0x10); /* ACK */
	put16(tcp + 14, 1000);
}

/* The checksum, or what a device needs to finish it. */
static void
checksum_build(struct sender *s, struct virtio_net_hdr *v, uint8_t *ip,
    const struct kind *k, size_t len, bool tcp)
{
	unsigned at = tcp ? TCP_CSUM : UDP_CSUM;
	uint64_t sum = inet_pseudo(ip, len);
	uint16_t field;

	if (s->offloads) {
		v->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		v->csum_start = ETHER_LEN + IP_LEN;
		v->csum_offset = (uint16_t)at;
		field = inet_fold(sum);
	} else
		field = (uint16_t)~inet_fold(inet_add(sum, ip + IP_LEN, len));
	if (field == 0 && !tcp)
		field = 0xffff;
	memcpy(ip + IP_LEN + at, &field, sizeof(field));
	if (k->segments > 1) {
		v->gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
		v->gso_size = k->length;
		v->hdr_len = ETHER_LEN + IP_LEN + TCP_LEN;
	}
}

static void
frame_build(struct sender *s, int i)
{
	const struct kind *k = &s->kinds[s->frame % s->nkinds];
	bool tcp = k->flow != NUMBERED_FLOWS - 1;
	struct virtio_net_hdr v = { .flags = 0 };
	uint8_t *ip = s->memory[i] + VNET_LEN + ETHER_LEN, *top = ip + IP_LEN;
	size_t len = tcp ? TCP_LEN : UDP_LEN;

	memcpy(s->memory[i] + VNET_LEN, s->ether, ETHER_LEN);
	if (tcp)
		tcp_build(s, top, k);
	len += payload_build(s, top + len, k);
	ip_build(s, ip, k, IP_LEN + len);
	put16(top, NUMBERED_PORT + k->flow);
	put16(top + 2, NUMBERED_PORT + k->flow);
	if (!tcp) {
		put16(top + 4, (unsigned)len);
		put16(top + 6, 0);
	}
	checksum_build(s, &v, ip, k, len, tcp);
	memcpy(s->memory[i], &v, sizeof(v));
	s->iov[i].iov_len = VNET_LEN + ETHER_LEN + IP_LEN + len;
	s->frame++;
}

/* Returns how many of n frames the interface refused. */
static int
batch_send(struct sender *s, int fd, int n)
{
	int i, r, refused = 0;

	for (i = 0; i < n; i++)
		frame_build(s, i);
	for (i = 0; i < n; i += r) {
		r = sendmmsg(fd, s->msg + i, (unsigned)(n - i), 0);
		if (r == -1 && errno != ENOBUFS)
			err(1, "sendmmsg");
		if (r == -1) {
			refused++;
			r = 1;
		}
	}
	return refused;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
rate_send(struct sender *s, int fd, double frames, double seconds, double rate)
{
	struct timespec slot = { 0, SLOT_NS };
	double begin = now(), took, due;
	int n, refused = 0;

	for (;;) {
		took = now() - begin;
		if (took >= seconds || s->frame >= frames)
			break;
		due = rate > 0 ? took * rate + 1 : s->frame + BATCH;
		if (due > frames)
			due = frames;
		n = due - s->frame > BATCH ? BATCH : (int)(due - s->frame);
		if (n > 0)
			refused += batch_send(s, fd, n);
		else
			nanosleep(&slot, NULL);
	}
	printf("sent=%u refused=%d seconds=%.4f late=%d\n", s->frame, refused,
	    took, rate > 0 && s->frame < rate * took * 0.99);
}

static void
sender_init(struct sender *s, int length)
{
	int i;

	s->kinds = s->offloads ? super : plain;
	s->nkinds = s->offloads ? sizeof(super) / sizeof(super[0]) :
				  sizeof(plain) / sizeof(plain[0]);
	if (length != 0) {
		s->only.flow = NUMBERED_FLOWS - 1;
		s->only.segments = 1;
		s->only.length = (uint16_t)(length - ETHER_LEN - IP_LEN -
		    UDP_LEN);
		s->kinds = &s->only;
		s->nkinds = 1;
	}
	put16(s->ether + 12, 0x0800);
	srandom(1);
	for (i = 0; i < FILLING; i++)
		s->filling[i] = (uint8_t)random();
	for (i = 0; i < BATCH; i++) {
		s->iov[i].iov_base = s->memory[i];
		s->msg[i].msg_hdr.msg_iov = &s->iov[i];
		s->msg[i].msg_hdr.msg_iovlen = 1;
	}
}

int
send_main(int argc, char **argv)
{
	static struct sender s;
	double frames = 4e9, seconds = 1e9, rate = 0;
	const char *ifname = "";
	int c, length = 0;

	while ((c = getopt(argc, argv, "i:s:d:n:t:r:l:o")) != -1)
		switch (c) {
		case 'i':
			ifname = optarg;
			break;
		case 's':
			mac_parse(s.ether + 6, optarg);
			break;
		case 'd':
			mac_parse(s.ether, optarg);
			break;
		case 'n':
			frames = atof(optarg);
			break;
		case 't':
			seconds = atof(optarg);
			break;
		case 'r':
			rate = atof(optarg);
			break;
		case 'l':
			length = atoi(optarg);
			break;
		case 'o':
			s.offloads = true;
			break;
		default:
			return 2;
		}
	if (length != 0 && (length < 60 || length > NUMBERED_MAX))
		errx(2, "-l is 60 to %d", NUMBERED_MAX);
	sender_init(&s, length);
	rate_send(&s, packet_socket(ifname, false), frames, seconds, rate);
	return 0;
}

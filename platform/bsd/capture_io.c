/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  One read(2) fills the slab with many frames (bpf.c),
 * which are delivered in batches.  The read's size must be exactly that of the
 * kernel's buffer.  0 bytes are no end of file: OpenBSD returns them when there
 * is no frame (sys/net/bpf.c, bpfread()).  Frames can be cut only if
 * net.bpf.maxbufsize is below 64 KiB: we drop and count them.
 *
 * BPF shows a descriptor the frames that it has sent: see echo.c.  OpenBSD
 * marks other frames that go out.  On the others we recognise them by the
 * interface's own MAC as their source; with raw IP the direction is unknown.
 *
 * Raw IP has its address family in front: DLT_NULL in the byte order of the
 * host, DLT_LOOP big-endian.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture_acquire.h"
#include "bytes.h"
#include "capture.h"
#include "clock.h"
#include "frame/layers.h"
#include "frame/packet.h"

#define SIZE(member) ((uint8_t)sizeof(((struct bpf_hdr *)0)->member))
#define AT(member)   ((uint8_t)offsetof(struct bpf_hdr, member))

/*
 * NetBSD would refuse a raw IP frame that we send, and show it to captures with
 * a second address family in front (sys/net/bpf.c, bpf_movein();
 * sys/net/if_tun.c, tun_output()).
 */
#ifdef __NetBSD__
#define INJECTS_RAW false
#else
#define INJECTS_RAW true
#endif

/*
 * With any MTU, bpf_movein() takes only a frame that fits into one mbuf, and
 * gives EIO for a longer one (FreeBSD and NetBSD, sys/net/bpf.c; FreeBSD 13:
 * 4096 bytes, from 14 on MJUM16BYTES; NetBSD: MCLBYTES).
 */
#if defined(__NetBSD__)
#define TOO_LONG "longer than this kernel sends from bpf(4): 2048 bytes"
#elif defined(__FreeBSD__)
#define TOO_LONG                                                        \
	"longer than this kernel sends from bpf(4): 16384 bytes, 4096 " \
	"before FreeBSD 14"
#else
#define TOO_LONG NULL
#endif

static const struct bpf_layout layout = {
	.seconds = SIZE(bh_tstamp.tv_sec),
	.micros = SIZE(bh_tstamp.tv_usec),
	.micros_at = AT(bh_tstamp.tv_usec),
	.caplen = AT(bh_caplen),
	.datalen = AT(bh_datalen),
	.hdrlen = AT(bh_hdrlen),
#ifdef BPF_F_DIR_OUT
	.flags = AT(bh_flags),
	.outbound = BPF_F_DIR_OUT,
#endif
	.align = BPF_ALIGNMENT,
};

/* ---- in ---- */

void
capture_forget(struct port *port)
{
	struct capture *c = port->state;

	c->records.left = 0;
	port->more = false;
}

/* Makes the slab as large as a read; received frames become invalid. */
static int
slab_fit(struct capture *c)
{
	if (c->room == c->size)
		return 0;
	free(c->slab);
	c->slab = malloc(c->size);
	c->room = c->slab != NULL ? c->size : 0;
	return c->slab != NULL ? 0 : -1;
}

/* Reads once.  0, also if there is no frame; -1 errno. */
static int
slab_fill(struct port *port)
{
	struct capture *c = port->state;
	ssize_t n;

	if (port->fd == -1)
		return 0;
	if (slab_fit(c) == -1)
		return -1;
	n = read(port->fd, c->slab, c->size);
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	c->records = (struct bpf_records) { &layout, c->slab, (uint32_t)n };
	return 0;
}

static bool
goes_out(const struct capture *c, const struct bpf_record *r,
    const struct frame *f)
{
	if (layout.flags != 0)
		return r->outbound;
	return c->dlt == DLT_EN10MB && c->link.have_mac &&
	    f->len >= ETHER_TYPE &&
	    memcmp(f->data + ETHER_SRC, c->link.mac, 6) == 0;
}

static bool
is_own(struct capture *c, const struct frame *f)
{
	return (layout.flags == 0 || f->outbound) &&
	    echo_is(&c->echo, f->data, f->len, f->when_ns);
}

/* Makes a frame of a record.  False: it cannot be delivered. */
static bool
frame_take(const struct capture *c, const struct bpf_record *r,
    struct frame *out)
{
	if (r->caplen < r->datalen || r->caplen < c->head ||
	    r->caplen - c->head > FRAME_MAX)
		return false;
	memset(out, 0, sizeof(*out));
	out->data = r->data + c->head;
	out->len = r->caplen - c->head;
	out->when_ns = r->when_ns;
	out->outbound = goes_out(c, r, out);
	return true;
}

int
capture_recv(struct port *port, struct frame *frames, int max)
{
	struct capture *c = port->state;
	struct bpf_record record;
	int n = 0, r;

	if (c->records.left == 0 && slab_fill(port) == -1)
		return -1;
	while (n < max && (r = bpf_records_next(&c->records, &record)) != 0) {
		if (r == -1 || !frame_take(c, &record, &frames[n]))
			port->count.invalid++;
		else if (!is_own(c, &frames[n]))
			n++;
	}
	port->more = c->records.left > 0;
	return n;
}

/* ---- out ---- */

/*
 * A VLAN tag counts against the MTU (all three, sys/net/bpf.c).  There is no
 * way to wait for room in the queue: after ENOBUFS the frame is lost.
 */
static const char *
remedy_of(int error)
{
	switch (error) {
	case EMSGSIZE:
		return "longer than its MTU allows, a VLAN's tag included";
	case EIO:
		return TOO_LONG;
	case ENOBUFS:
		return "it is slower than the traffic";
	case EHOSTDOWN:
		return "no program has it open"; /* FreeBSD, tun(4) */
	case EAFNOSUPPORT:
		return "this system injects no raw IP there"; /* NetBSD */
	default:
		return NULL;
	}
}

/* EIO: the frame is too long, or the interface is gone. */
static bool
is_gone(const struct port *port, int error)
{
	char name[IFNAMSIZ];

	return error == ENXIO ||
	    (error == EIO && bpf_ifname(port->fd, name) == -1);
}

static void
capture_refuse(struct port *port, const struct frame *f, int error)
{
	if (error == ENETDOWN || is_gone(port, error)) /* tick logs it */
		port_count_refused(port, f, error);
	else
		port_refused(port, f, error, remedy_of(error));
}

static uint32_t
family_of(const struct capture *c, const struct frame *f)
{
	bool ip6 = layers_type(f, LINK_RAW) == TYPE_IP6;
	uint32_t family = ip6 ? AF_INET6 : AF_INET;
	uint8_t bytes[CAPTURE_FAMILY];

	if (c->dlt != DLT_LOOP)
		return family;
	put32(bytes, family);
	memcpy(&family, bytes, sizeof(family));
	return family;
}

static ssize_t
frame_write(const struct port *port, const struct frame *f)
{
	struct capture *c = port->state;
	uint32_t family = family_of(c, f);

	if (port->fd == -1) {
		errno = ENXIO;
		return -1;
	}
	if (c->head == 0)
		return write(port->fd, f->data, f->len);
	if (!INJECTS_RAW || f->len > FRAME_MAX) {
		errno = INJECTS_RAW ? EMSGSIZE : EAFNOSUPPORT;
		return -1;
	}
	memcpy(c->packet, &family, sizeof(family));
	memcpy(c->packet + c->head, f->data, f->len);
	return write(port->fd, c->packet, c->head + f->len);
}

int
capture_send(struct port *port, struct frame *frames, int n)
{
	struct capture *c = port->state;
	uint64_t now = clock_wall_ns(); /* before the kernel captures them */
	struct frame *f;

	for (f = frames; f < frames + n; f++) {
		if (frame_write(port, f) != -1)
			echo_sent(&c->echo, f->data, f->len, now);
		else if (errno == EINTR)
			f--;
		else
			capture_refuse(port, f, errno);
	}
	return n;
}

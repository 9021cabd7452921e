/* SPDX-License-Identifier: ISC */
/*
 * The tap port on Linux: tun(4) with the virtio-net header.
 *
 * While the doll is down, write fails with EIO, read with EAGAIN, and poll(2)
 * reports nothing.  Once the doll is deleted, all calls fail with EBADFD and
 * poll(2) reports POLLERR for ever: see port_gone().
 *
 * A tap takes frames far above its MTU, but none under 14 bytes (EINVAL).  When
 * its queue is full it drops the frames that applications send.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "port/port.h"
#include "tap_acquire.h"
#include "vnet.h"

#define QUEUE 1000
/*
 * The kernel frees so many places of its ring at a time, in rings of at least
 * twice as many (Linux, include/linux/ptr_ring.h, __ptr_ring_discard_one(): two
 * cache lines of pointers).  For a burst of `queue' frames the ring must have
 * so many places more.
 */
#define RING_FREED 32
#define SINGLES	   4 /* batches */
#define UNREAD	   16 /* batches */
/* Frames up to this length are cheaper to copy than to write in two pieces. */
#define SMALL 256

/* Linux 6.2, later than many systems' headers: TUN_F_USO4 and TUN_F_USO6 */
#define TUN_F_USO_BOTH 0x60
/* Linux 6.17: TUN_F_UDP_TUNNEL_GSO and TUN_F_UDP_TUNNEL_GSO_CSUM */
#define TUN_F_TUNNEL 0x180

struct tap {
	uint64_t queue; /* frames */
	size_t head; /* VNET_TUNNEL_HEAD, VNET_HEAD, or 0 */
	bool carrier; /* without carrier lost frames are not counted */
	unsigned given; /* TUN_F_* of the last TUNSETOFFLOAD */
	unsigned singles; /* batches of one frame, one after another */
	bool has_batch; /* recv has given one, see tap_has_batch() */
	struct tap_view view;
	uint8_t slab[PORT_SLAB];
};

/* Gets the doll's descriptor.  0; -1: it has logged why. */
static int
tap_get(struct port *port, const struct port_config *config)
{
	struct tap *t = port->state;
	uint32_t queue = config->queue != 0 ? config->queue : QUEUE;
	char why[PORT_WHY];
	int view[2];

	if (queue >= RING_FREED)
		queue += RING_FREED;
	if (port_get_tap(port, config->linktype, queue, view, why,
		sizeof(why)) == -1) {
		log_info("%s: %s",
		    port->name[0] != '\0' ? port->name : "puppet0", why);
		return -1;
	}
	t->queue = queue;
	tap_view_open(&t->view, view, port->name);
	return 0;
}

static unsigned
offload_flags(unsigned caps)
{
	unsigned flags = 0;

	if ((caps & CAP_CSUM) == 0)
		return 0;
	if (caps & CAP_TSO4)
		flags |= TUN_F_TSO4 | TUN_F_TSO_ECN;
	if (caps & CAP_TSO6)
		flags |= TUN_F_TSO6 | TUN_F_TSO_ECN;
	if (caps & CAP_USO)
		flags |= TUN_F_USO_BOTH;
	if ((caps & CAP_TUNNEL) != 0 && flags != 0)
		flags |= TUN_F_TUNNEL;
	return flags | TUN_F_CSUM;
}

static int
tap_offloads(struct port *port, unsigned caps)
{
	struct tap *t = port->state;
	unsigned flags = offload_flags(caps & port->caps);

	/* Only if needed: it overrides the user's `ethtool -K'. */
	if (t->head == 0 || t->given == flags)
		return 0;
	/* The argument is the value itself, not a pointer to it. */
	if (ioctl(port->fd, TUNSETOFFLOAD, (unsigned long)flags) == -1)
		return -1;
	t->given = flags;
	return 0;
}

static int
tap_head(struct port *port, int size)
{
	struct tap *t = port->state;

	if (ioctl(port->fd, TUNSETVNETHDRSZ, &size) == -1)
		return -1;
	t->head = (size_t)size;
	return 0;
}

/*
 * Whether the kernel takes frames with segmentation in tunnels, with the longer
 * header: one that can give them does.  The function that reads that header
 * (Linux, include/linux/virtio_net.h, virtio_net_hdr_tnl_to_skb()) needs an
 * Ethernet header and a little-endian machine.
 */
static bool
tap_takes_tunnels(struct port *port)
{
	return port->linktype == LINK_ETHERNET && htole16(1) == 1 &&
	    tap_offloads(port, port->caps) == 0;
}

/* Finds out which CAP_* this kernel takes; recv gives none of them at first. */
static int
tap_probe(struct port *port)
{
	struct ifreq ifr;

	if (ioctl(port->fd, TUNGETIFF, &ifr) == -1) {
		log_errno("%s: TUNGETIFF", port->name);
		return -1;
	}
	if ((ifr.ifr_flags & IFF_VNET_HDR) == 0)
		return 0;
	if (tap_head(port, VNET_HEAD) == -1) {
		log_errno("%s: TUNSETVNETHDRSZ", port->name);
		return -1;
	}
	port->caps = CAP_ALL;
	if (tap_offloads(port, CAP_ALL) == -1)
		port->caps &= ~(unsigned)CAP_USO;
	port->caps |= CAP_TUNNEL;
	if (!tap_takes_tunnels(port) || tap_head(port, VNET_TUNNEL_HEAD) == -1)
		port->caps &= ~(unsigned)CAP_TUNNEL;
	if (tap_offloads(port, 0) == 0)
		return 0;
	log_errno("%s: TUNSETOFFLOAD", port->name);
	return -1;
}

static int
tap_open(struct port *port, const struct port_config *config)
{
	struct tap *t;

	if ((t = port->state = calloc(1, sizeof(*t))) == NULL) {
		log_errno("%s: calloc", port->name);
		return -1;
	}
	t->view.sock = t->view.devices = -1;
	t->carrier = true;
	t->given = UINT_MAX; /* unknown */
	return tap_get(port, config) == -1 || tap_probe(port) == -1 ? -1 : 0;
}

/* Reads one frame.  1; 0: there is none now; -1 errno. */
static int
tap_one(const struct port *port, uint8_t *at, struct frame *f)
{
	const struct tap *t = port->state;
	uint8_t *data = at + VNET_TUNNEL_HEAD;
	ssize_t r;

	do
		r = read(port->fd, data - t->head, t->head + FRAME_MAX);
	while (r == -1 && errno == EINTR);
	if (r == -1)
		return errno == EAGAIN || errno == EIO ? 0 : -1;
	memset(f, 0, sizeof(*f));
	f->data = data;
	f->len = (uint32_t)((size_t)r - t->head);
	f->outbound = true;
	if (t->head > 0)
		vnet_read(data - t->head, &f->off);
	return 1;
}

/*
 * A read that finds the queue empty costs as much as one that gives a frame.
 * So after some batches of one frame the first frame is taken for a whole batch
 * without such a read; poll(2) tells at once if there are more.  Every UNREAD
 * such batches the read is tried again.
 */
static bool
tap_has_batch(struct tap *t)
{
	if (t->singles < SINGLES)
		return false;
	t->has_batch = t->singles++ < SINGLES + UNREAD;
	if (!t->has_batch)
		t->singles = SINGLES - 1;
	return t->has_batch;
}

static int
tap_recv(struct port *port, struct frame *frames, int max)
{
	struct tap *t = port->state;
	size_t used = 0;
	int n = 0, r = 1;

	if (t->has_batch) {
		t->has_batch = false;
		return 0;
	}
	while (
	    n < max && used + VNET_TUNNEL_HEAD + FRAME_MAX <= sizeof(t->slab)) {
		r = tap_one(port, t->slab + used, &frames[n]);
		if (r != 1)
			break;
		used += VNET_TUNNEL_HEAD + frames[n++].len;
		if (n == 1 && n < max && tap_has_batch(t))
			return n;
	}
	if (n > 1)
		t->singles = 0;
	else if (n == 1 && r == 0)
		t->singles++;
	if (r == -1 && errno == EBADFD)
		port_gone(port);
	return r == -1 && n == 0 ? -1 : n;
}

static void
tap_refuse(struct port *port, const struct frame *f, int error)
{
	char remedy[128];

	if (error == EBADFD || port->fd == -1) {
		port_gone(port);
		port_count_refused(port, f, ENODEV);
		return;
	}
	(void)snprintf(remedy, sizeof(remedy),
	    "it is down: see `ip link set %s up'; -u does it at each session",
	    port->name);
	port_refused(port, f, error, error == EIO ? remedy : NULL);
}

static int
tap_put(const struct port *port, const struct frame *f)
{
	const struct tap *t = port->state;
	uint8_t whole[VNET_TUNNEL_HEAD + SMALL];
	struct iovec iov[2] = { { whole, t->head }, { f->data, f->len } };

	if (t->head == VNET_TUNNEL_HEAD)
		vnet_tunnel_write(whole, f);
	else
		vnet_write(whole, f);
	if (f->len > SMALL)
		return writev(port->fd, iov, 2) == -1 ? -1 : 0;
	memcpy(whole + t->head, f->data, f->len);
	return write(port->fd, whole, t->head + f->len) == -1 ? -1 : 0;
}

static int
tap_send(struct port *port, struct frame *frames, int n)
{
	int i = 0;

	while (i < n) {
		if (tap_put(port, &frames[i]) == -1) {
			if (errno == EINTR)
				continue;
			if (errno == EAGAIN)
				break;
			tap_refuse(port, &frames[i], errno);
		}
		i++;
	}
	return i;
}

/* Empties the queue; returns how many frames were in it. */
static uint64_t
tap_drain(const struct port *port)
{
	struct tap *t = port->state;
	struct frame f;
	uint64_t n = 0;

	while (n <= t->queue && tap_one(port, t->slab, &f) == 1)
		n++;
	return n;
}

/* Drops frames that applications have sent before this session. */
static int
tap_attach(struct port *port, const char *title)
{
	(void)title;
	(void)tap_drain(port);
	return 0;
}

/* The owner has switched the carrier off: nothing is queued any more. */
static void
tap_detach(struct port *port)
{
	port->count.left += tap_drain(port);
}

static void
tap_stats(struct port *port)
{
	struct tap *t = port->state;

	if (t->carrier)
		port->count.dropped = tap_view_drops(&t->view, port->name,
		    port->count.dropped);
}

static int
tap_set(struct port *port, enum port_setting what, bool up)
{
	struct tap *t = port->state;
	int on = up;

	if (what != PORT_CARRIER)
		return 0;
	tap_stats(port);
	if (ioctl(port->fd, TUNSETCARRIER, &on) == -1)
		return -1;
	if (up && !t->carrier)
		tap_view_skip(&t->view, port->name, port->count.dropped);
	t->carrier = up;
	return 0;
}

/*
 * Uses poll(2), not an ioctl: see tap_acquire.h.  Reads the name before it
 * polls: a doll that is deleted in between shows POLLERR, and is not taken for
 * one that was moved to another namespace.
 */
static enum port_event
tap_tick(struct port *port)
{
	struct tap *t = port->state;
	struct pollfd pfd = { port->fd, 0, 0 };
	char name[IFNAMSIZ];
	bool is_here = port->fd != -1 && tap_view_name(&t->view, name);

	if (poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLERR) != 0)
		port_gone(port);
	if (port->fd == -1)
		return PORT_REMADE;
	if (is_here)
		port_rename(port, name);
	else if (t->view.index != 0)
		return PORT_MOVED;
	return PORT_SAME;
}

static void
tap_close(struct port *port)
{
	struct tap *t = port->state;
	int size = VNET_HEAD;

	if (t != NULL) {
		/* for the next program that opens a persistent doll */
		if (t->head != 0)
			(void)ioctl(port->fd, TUNSETVNETHDRSZ, &size);
		tap_view_close(&t->view);
	}
	if (port->fd != -1)
		(void)close(port->fd);
	free(t);
}

static const struct port_ops tap_ops = {
	.queue_remedy = "-q makes it longer",
	.recv = tap_recv,
	.send = tap_send,
	.attach = tap_attach,
	.detach = tap_detach,
	.tick = tap_tick,
	.stats = tap_stats,
	.close = tap_close,
};

const struct port_control port_tap = {
	.ops = &tap_ops,
	.open = tap_open,
	.set = tap_set,
	.offloads = tap_offloads,
};

/*
 * The tap port on Linux: tun(4) with the virtio-net header.
 *
 * Down.  A write gives EIO, a read EAGAIN, poll(2) nothing.  Deleted.  All
 * give EBADFD and poll(2) POLLERR for ever, so the port takes the descriptor
 * out of fd: recv is -1 EBADFD, tick says PORT_REMADE until the owner opens
 * the port again, and what is sent meanwhile is counted as refused.
 *
 * A tap takes frames far above its MTU, but none under 14 bytes (EINVAL), and
 * drops what applications write beyond its queue.
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
#include "tap_view.h"
#include "vnet.h"

#define QUEUE 1000
/*
 * The kernel frees places of its ring so many at a time, in rings of twice as
 * many and more (Linux, include/linux/ptr_ring.h, __ptr_ring_discard_one(): two
 * cache lines of pointers): a burst of the queue's length needs them besides.
 */
#define RING_FREED 32
/* Frames that are cheaper to copy than to name in two pieces. */
#define SMALL 256

/* Linux 6.2, later than many systems' headers. */
#define TUN_F_USO_BOTH 0x60
/* Linux 6.17: TUN_F_UDP_TUNNEL_GSO and TUN_F_UDP_TUNNEL_GSO_CSUM */
#define TUN_F_TUNNEL 0x180

struct tap {
	int fd; /* also when the doll is gone and the port shows none */
	bool gone;
	int queue;
	size_t head; /* VNET_TUNNEL_HEAD, VNET_HEAD, or 0 */
	bool carrier; /* without one nothing that is lost is counted */
	unsigned given; /* TUN_F_*: by the last TUNSETOFFLOAD */
	struct tap_view view;
	uint8_t slab[PORT_SLAB];
};

/* 0, -1: it has said why. */
static int
tap_get(struct port *port, const struct port_config *config)
{
	struct tap *t = port->state;
	uint32_t queue = config->queue != 0 ? config->queue : QUEUE;
	char why[PORT_WHY];

	if (queue >= RING_FREED)
		queue += RING_FREED;
	if (port_get_tap(port, config, queue, why, sizeof(why)) == -1) {
		log_info("%s: %s",
		    port->name[0] != '\0' ? port->name : "puppet0", why);
		return -1;
	}
	t->fd = port->fd;
	t->queue = (int)queue;
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

	/* Each call undoes what the user has set with `ethtool -K'. */
	if (t->head == 0 || t->given == flags)
		return 0;
	/* The argument is the value, not where it is. */
	if (ioctl(t->fd, TUNSETOFFLOAD, (unsigned long)flags) == -1)
		return -1;
	t->given = flags;
	return 0;
}

static int
tap_head(struct port *port, int size)
{
	struct tap *t = port->state;

	if (ioctl(t->fd, TUNSETVNETHDRSZ, &size) == -1)
		return -1;
	t->head = (size_t)size;
	return 0;
}

/*
 * A kernel that gives tunnels takes them, too, with the longer header.  Where
 * it reads that (Linux, include/linux/virtio_net.h,
 * virtio_net_hdr_tnl_to_skb()), it counts on an Ethernet header and on a
 * little-endian machine.
 */
static bool
tap_takes_tunnels(struct port *port)
{
	return port->linktype == LINK_ETHERNET && htole16(1) == 1 &&
	    tap_offloads(port, port->caps) == 0;
}

/* What this kernel takes and gives, beginning with nothing given. */
static int
tap_probe(struct port *port)
{
	struct tap *t = port->state;
	struct ifreq ifr;

	if (ioctl(t->fd, TUNGETIFF, &ifr) == -1) {
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
	t->fd = t->view.asks = -1;
	t->carrier = true;
	t->given = UINT_MAX; /* unknown */
	if (tap_get(port, config) == -1 || tap_probe(port) == -1)
		return -1;
	tap_view_open(&t->view, t->fd, port->name, config->netns != NULL);
	return 0;
}

static void
tap_gone(struct port *port)
{
	struct tap *t = port->state;

	if (!t->gone)
		log_info("%s: the doll is gone", port->name);
	t->gone = true;
	port->fd = -1;
}

/* 1; 0: nothing now; -1 errno. */
static int
tap_one(struct tap *t, uint8_t *at, struct frame *f)
{
	uint8_t *data = at + VNET_TUNNEL_HEAD;
	ssize_t r;

	do
		r = read(t->fd, data - t->head, t->head + FRAME_MAX);
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

static int
tap_recv(struct port *port, struct frame *frames, int max)
{
	struct tap *t = port->state;
	size_t used = 0;
	int n = 0, r = 1;

	while (
	    n < max && used + VNET_TUNNEL_HEAD + FRAME_MAX <= sizeof(t->slab)) {
		r = tap_one(t, t->slab + used, &frames[n]);
		if (r != 1)
			break;
		used += VNET_TUNNEL_HEAD + frames[n++].len;
	}
	if (r == -1 && errno == EBADFD)
		tap_gone(port);
	return r == -1 && n == 0 ? -1 : n;
}

static void
refuse(struct port *port, int error)
{
	char remedy[128];

	if (error == EBADFD) { /* said once */
		tap_gone(port);
		port->count.refused++;
		port->count.refused_errno = ENODEV;
		return;
	}
	if (error != EIO) {
		port_refused(port, error, NULL);
		return;
	}
	(void)snprintf(remedy, sizeof(remedy),
	    "it is down: see `ip link set %s up'; -u does it at each session",
	    port->name);
	port_refused(port, error, remedy);
}

static int
tap_put(struct tap *t, const struct frame *f)
{
	uint8_t whole[VNET_TUNNEL_HEAD + SMALL];
	struct iovec iov[2] = { { whole, t->head }, { f->data, f->len } };

	if (t->gone) {
		errno = EBADFD;
		return -1;
	}
	if (t->head == VNET_TUNNEL_HEAD)
		vnet_tunnel_write(whole, f);
	else
		vnet_write(whole, f);
	if (f->len > SMALL)
		return writev(t->fd, iov, 2) == -1 ? -1 : 0;
	memcpy(whole + t->head, f->data, f->len);
	return write(t->fd, whole, t->head + f->len) == -1 ? -1 : 0;
}

static int
tap_send(struct port *port, struct frame *frames, int n)
{
	struct tap *t = port->state;
	int i = 0;

	while (i < n) {
		if (tap_put(t, &frames[i]) == -1) {
			if (errno == EINTR)
				continue;
			if (errno == EAGAIN)
				break;
			refuse(port, errno);
			port->count.refused_bytes += frames[i].len;
		}
		i++;
	}
	return i;
}

/* Empties the queue; how many frames that were. */
static uint64_t
tap_drain(struct tap *t)
{
	struct frame f;
	uint64_t n = 0;

	while (n <= (uint64_t)t->queue && tap_one(t, t->slab, &f) == 1)
		n++;
	return n;
}

/* What was written while no session lived must not reach this one. */
static int
tap_attach(struct port *port, const char *title)
{
	(void)title;
	(void)tap_drain(port->state);
	return 0;
}

/* The owner has switched the carrier off. */
static void
tap_detach(struct port *port)
{
	port->count.left += tap_drain(port->state);
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
	if (ioctl(t->fd, TUNSETCARRIER, &on) == -1)
		return -1;
	if (up && !t->carrier)
		tap_view_skip(&t->view, port->name, port->count.dropped);
	t->carrier = up;
	return 0;
}

/* By poll(2), not by an ioctl: see tap_view.h. */
static enum port_event
tap_tick(struct port *port)
{
	struct tap *t = port->state;
	struct pollfd pfd = { t->fd, 0, 0 };
	char name[IFNAMSIZ];
	bool there = tap_view_name(&t->view, name);

	if (poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLERR) != 0)
		tap_gone(port);
	else if (!there && t->view.index != 0)
		return PORT_MOVED;
	else if (there)
		port_rename(port, name);
	return t->gone ? PORT_REMADE : PORT_SAME;
}

static void
tap_close(struct port *port)
{
	struct tap *t = port->state;
	int size = VNET_HEAD;

	if (t != NULL) {
		if (t->fd != -1) {
			/* a persistent one is somebody else's next */
			if (t->head != 0)
				(void)ioctl(t->fd, TUNSETVNETHDRSZ, &size);
			(void)close(t->fd);
		}
		tap_view_close(&t->view);
	}
	port->fd = -1;
	free(t);
	port->state = NULL;
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

/* SPDX-License-Identifier: ISC */
/*
 * The tap port on the BSDs: tap(4), and tun(4) for raw IP, where each packet
 * has its address family in front, 4 bytes in network order.
 *
 * Carrier.  A doll has its carrier as long as the descriptor is open, on all
 * three systems.
 *
 * Down.  FreeBSD's write(2) takes no frame then and returns 0 (sys/net/
 * if_tuntap.c, tunwrite()).  On the others write(2) succeeds and the frame is
 * lost (OpenBSD, sys/net/if_tun.c, tun_dev_write(); NetBSD, sys/net/if_tap.c,
 * tap_dev_write()).  So the port reads the interface's flags: once a second,
 * and before each batch while the interface is down.  NetBSD's read(2) gives
 * EHOSTDOWN then, also for a tun without an address.
 *
 * Deleted.  OpenBSD revokes the descriptor: read(2) and write(2) give EIO,
 * ioctl(2) EBADF (tun_clone_destroy(); sys/miscfs/deadfs/dead_vnops.c).  NetBSD
 * gives ENXIO.  A frame that is too long gets EIO as well: so the port tries
 * FIONREAD, which fails only for a dead descriptor.  On FreeBSD the deleting
 * process waits until the descriptor is closed; tap_follow() notices it.  Then
 * see port_gone().
 *
 * A read(2) returns one frame.  NetBSD's returns 0 bytes for a frame that a
 * packet filter has dropped.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "port/port.h"
#include "sandbox.h"
#include "tap.h"

#define QUEUE 1000
#define DRAIN 4096 /* frames: more than any queue holds by default */
#define HEAD  4 /* the address family before a packet of a tun */

struct tap {
	bool down; /* the interface was down at the last look */
	bool attached;
	int sock; /* of tap_view(); -1: none */
	unsigned index; /* of the interface */
	size_t head; /* HEAD, or 0 */
	uint64_t dropped; /* frames dropped between sessions */
	uint8_t packet[HEAD + FRAME_MAX];
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

	if (port_get_tap(port, config->linktype, queue, view, why,
		sizeof(why)) == -1) {
		log_info("%s: %s",
		    port->name[0] != '\0' ? port->name : "the doll", why);
		return -1;
	}
	t->sock = view[0];
	if (sandbox_limit(port->fd, SANDBOX_DOLL) == -1 ||
	    (t->sock != -1 && sandbox_limit(t->sock, SANDBOX_VIEW) == -1)) {
		log_errno("%s: cap_rights_limit", port->name);
		return -1;
	}
	port->maxframe = tap_maxframe(port->linktype);
	t->head = port->linktype == LINK_RAW ? HEAD : 0;
	return 0;
}

static void
tap_say_queue(const struct port *port, const struct port_config *config)
{
	const char *why;

	if (config->queue == 0)
		return;
	if ((why = tap_queue_why(port->name, config->queue)) != NULL)
		log_info("%s: -q %u has no effect: %s", port->name,
		    config->queue, why);
}

static void
tap_look(struct port *port)
{
	struct tap *t = port->state;
	int flags = tap_flags(t->sock, port->name);

	/* one that is not found may be in a jail: it does not count as down */
	t->down = flags != -1 && (flags & IFF_UP) == 0;
}

static int
tap_open(struct port *port, const struct port_config *config)
{
	struct tap *t;

	if ((t = port->state = calloc(1, sizeof(*t))) == NULL) {
		log_errno("%s: calloc", port->name);
		return -1;
	}
	t->sock = -1;
	if (tap_get(port, config) == -1 || t->sock == -1)
		return -1;
	t->index = if_nametoindex(port->name);
	tap_look(port);
	tap_say_queue(port, config);
	return 0;
}

static void
tap_stats(struct port *port)
{
	struct tap *t = port->state;
	uint64_t now;

	if (!t->attached)
		return;
	now = tap_drops(port->name);
	if (now >= t->dropped + port->count.dropped)
		port->count.dropped = now - t->dropped;
}

static bool
tap_is_dead(const struct port *port)
{
	int waiting;

	return port->fd == -1 || ioctl(port->fd, FIONREAD, &waiting) == -1;
}

/* Reads one frame.  Returns its bytes, head included; -1 errno. */
static ssize_t
tap_read(const struct port *port, uint8_t *at)
{
	const struct tap *t = port->state;
	ssize_t r;

	if (port->fd == -1) {
		errno = ENXIO;
		return -1;
	}
	do
		r = read(port->fd, at, t->head + FRAME_MAX);
	while (r == -1 && errno == EINTR);
	return r;
}

/* After a failed read.  0: no more frames now; -1 errno: no more for ever. */
static int
tap_stop(struct port *port)
{
	int error = errno;

	if (error == EAGAIN)
		return 0;
	if (tap_is_dead(port)) {
		port_gone(port);
		errno = error;
		return -1;
	}
	port->events = 0; /* until the next tick */
	return 0;
}

static int
tap_recv(struct port *port, struct frame *frames, int max)
{
	struct tap *t = port->state;
	size_t used = 0;
	ssize_t r;
	int i, n = 0;

	for (i = 0; i < max; i++) {
		if (used + HEAD + FRAME_MAX > sizeof(t->slab))
			break;
		if ((r = tap_read(port, t->slab + used)) == -1) {
			if (tap_stop(port) == -1 && n == 0)
				return -1;
			break;
		}
		if ((size_t)r <= t->head)
			continue;
		memset(&frames[n], 0, sizeof(frames[n]));
		frames[n].data = t->slab + used + t->head;
		frames[n].len = (uint32_t)((size_t)r - t->head);
		frames[n++].outbound = true;
		used += (size_t)r;
	}
	return n;
}

/* Finds the address family by the packet's version; false: there is none. */
static bool
packet_family(const struct frame *f, uint32_t *family)
{
	int version = f->len > 0 ? f->data[0] >> 4 : 0;

	*family = htonl(version == 4 ? AF_INET : AF_INET6);
	return version == 4 || version == 6;
}

/* Writes one frame.  0; -1 errno (EINVAL: a tun takes no such frame). */
static int
tap_put(const struct port *port, const struct frame *f)
{
	struct tap *t = port->state;
	const uint8_t *data = f->data;
	uint32_t family;
	ssize_t r;

	if (t->head != 0) {
		if (f->len > FRAME_MAX || !packet_family(f, &family)) {
			errno = EINVAL;
			return -1;
		}
		memcpy(t->packet, &family, HEAD);
		memcpy(t->packet + HEAD, f->data, f->len);
		data = t->packet;
	}
	do
		r = write(port->fd, data, t->head + f->len);
	while (r == -1 && errno == EINTR);
	if (r != 0)
		return r == -1 ? -1 : 0;
	t->down = true;
	errno = ENETDOWN;
	return -1;
}

static void
tap_refuse(struct port *port, const struct frame *f, int error)
{
	char remedy[128];

	if (error != ENETDOWN && tap_is_dead(port))
		port_gone(port);
	if (port->fd == -1) {
		port_count_refused(port, f, ENXIO);
		return;
	}
	(void)snprintf(remedy, sizeof(remedy),
	    "it is down: see `ifconfig %s up'; -u does it at each session",
	    port->name);
	port_refused(port, f, error, error == ENETDOWN ? remedy : NULL);
}

static int
tap_send(struct port *port, struct frame *frames, int n)
{
	struct tap *t = port->state;
	int i;

	if (t->down)
		tap_look(port);
	for (i = 0; i < n; i++) {
		if (port->fd == -1 || t->down)
			tap_refuse(port, &frames[i], ENETDOWN);
		else if (tap_put(port, &frames[i]) == -1) {
			if (errno == EAGAIN)
				break;
			tap_refuse(port, &frames[i], errno);
		}
	}
	return i;
}

/* Empties the queue; returns how many frames were in it. */
static uint64_t
tap_drain(const struct port *port)
{
	struct tap *t = port->state;
	uint64_t n = 0;

	while (n < DRAIN && tap_read(port, t->slab) != -1)
		n++;
	return n;
}

/* Drops frames that applications have sent before this session. */
static int
tap_attach(struct port *port, const char *title)
{
	struct tap *t = port->state;

	(void)title;
	(void)tap_drain(port);
	t->dropped = tap_drops(port->name) - port->count.dropped;
	t->attached = true;
	return 0;
}

/*
 * The carrier stays: applications' frames fill the queue until it drops them.
 * attach empties the queue.
 */
static void
tap_detach(struct port *port)
{
	struct tap *t = port->state;

	tap_stats(port);
	port->count.left += tap_drain(port);
	t->attached = false;
}

static enum port_event
tap_tick(struct port *port)
{
	struct tap *t = port->state;
	char name[IFNAMSIZ];

	(void)snprintf(name, sizeof(name), "%.15s", port->name);
	if (tap_is_dead(port) ||
	    !tap_follow(port->fd, t->sock, name, t->index)) {
		port_gone(port);
		return PORT_REMADE;
	}
	port_rename(port, name);
	tap_look(port);
	port->events = POLLIN;
	return PORT_SAME;
}

static void
tap_close(struct port *port)
{
	struct tap *t = port->state;

	if (port->fd != -1)
		(void)close(port->fd);
	else if (t != NULL && t->index != 0) /* port_gone() has closed it */
		tap_await_end(port->name, t->index);
	if (t != NULL && t->sock != -1)
		(void)close(t->sock);
	free(t);
}

static const struct port_ops tap_ops = {
	.queue_remedy = tap_queue_remedy,
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
};

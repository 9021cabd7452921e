/* SPDX-License-Identifier: ISC */
/*
 * The capture port on Linux: one packet(7) socket for both directions
 * (packet.c, packet_recv.c).
 *
 * A NIC filters out multicast groups that its host has not joined.  A session
 * needs all groups: neighbour solicitations for the doll's addresses, LLDP,
 * routing protocols.  Unicast frames for other hosts need promiscuous mode.
 *
 * The socket hears nothing before its first filter is attached, and nothing
 * between sessions.  Without a mark of its own (packet.c) the port does not
 * accept frames with segmentation from the relay: the segments would come back.
 *
 * The port follows its interface by the index, under any name.  When the
 * interface is gone, or is in another namespace, the kernel binds the socket to
 * no index (packet_notifier()).  Then the port takes the first interface that
 * has the name from the start.  tick does and logs all this.  Frames for an
 * interface that is down or gone are only counted.
 *
 * MTU.  The kernel refuses a frame without segmentation that is longer than MTU
 * + 14 bytes, + 18 with an 802.1Q tag (EMSGSIZE; only tag 0x8100: a full-sized
 * 802.1ad frame needs a larger MTU), with the virtio-net header, too.  Segments
 * are not checked.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pcap/bpf.h>

#include "../common/interface.h"
#include "link.h"
#include "log.h"
#include "packet.h"
#include "port/port.h"
#include "vnet.h"

#define BUFFER	   (8 * 1024 * 1024)
#define PAUSE_NS   100000
#define RING_PART  4 /* the ring has a fourth of the buffer's bytes, */
#define RING_LARGE 2 /* or a half: for large frames */

struct capture {
	struct packet packet;
	char wanted[IFNAMSIZ]; /* the name from the start */
	bool attached, promisc, allmulti;
	bool heard; /* the last recv gave frames */
	bool large; /* PORT_LARGE */
	uint32_t buffer; /* bytes */
	bool anew; /* the interface is another one than at the last tick */
	int said; /* the last errno of capture_rebind(); 0: it succeeded */
	enum port_link state;
	uint8_t slab[PORT_SLAB];
};

/* Joins or leaves; *is_on: whether it is joined now.  0; -1 errno. */
static int
membership_set(struct port *port, enum capture_control type, bool *is_on,
    bool on)
{
	struct capture *c = port->state;

	if (*is_on == on)
		return 0;
	if (c->state != PORT_LINK_GONE &&
	    port_control_capture(port->fd, type, on) == -1 &&
	    errno != ENODEV) /* the interface is gone */
		return -1;
	*is_on = on;
	return 0;
}

static void
multicast_hear(struct port *port, bool on)
{
	struct capture *c = port->state;

	if (membership_set(port, CAPTURE_MULTICAST, &c->allmulti, on) == -1)
		log_errno("%s: PACKET_MR_ALLMULTI", port->name);
}

static int
capture_attach(struct port *port, const char *title)
{
	struct capture *c = port->state;

	(void)title;
	if (packet_suit(&c->packet,
		c->buffer / (c->large ? RING_LARGE : RING_PART),
		c->large) == -1)
		return -1;
	c->attached = true;
	multicast_hear(port, true);
	return packet_listen(&c->packet, true);
}

static void
capture_detach(struct port *port)
{
	struct capture *c = port->state;

	c->attached = false;
	multicast_hear(port, false);
	if (packet_listen(&c->packet, false) == -1)
		log_errno("%s: bind", port->name);
}

static int
capture_setfilter(struct port *port, const struct bpf_program *program)
{
	struct capture *c = port->state;

	return packet_setfilter(&c->packet, program, c->attached);
}

static int
capture_setbase(struct port *port, const struct bpf_program *program)
{
	struct capture *c = port->state;

	return packet_setbase(&c->packet, program);
}

/* A descriptor with this buffer; -1: it has logged why. */
static int
capture_get(struct port *port, uint32_t buffer)
{
	char why[PORT_WHY];
	int fd = port_get_capture(buffer, why, sizeof(why));

	if (fd == -1)
		log_info("%s: %s", port->name, why);
	return fd;
}

static int
capture_identify(struct port *port)
{
	struct capture *c = port->state;
	char why[128];

	if (packet_identify(&c->packet, port->name) == -1) {
		log_errno("%s: SIOCGIFINDEX", port->name);
		return -1;
	}
	(void)snprintf(c->wanted, sizeof(c->wanted), "%.15s", port->name);
	port->linktype = c->packet.linktype;
	if (port->linktype == LINK_ANY) {
		link_reason(c->packet.hatype, why, sizeof(why));
		log_info("%s: %s", port->name, why);
		return -1;
	}
	return 0;
}

/* Sets up the virtio-net header, if this kernel has it, and the ring. */
static int
capture_extras(struct port *port)
{
	struct capture *c = port->state;
	int on = 1;

	if (setsockopt(port->fd, SOL_PACKET, PACKET_VNET_HDR, &on,
		sizeof(on)) == 0) {
		c->packet.head = VNET_HEAD;
		port->caps = CAP_CSUM;
	}
	if (c->packet.head > 0 && c->packet.mark != 0)
		port->caps = vnet_knows_uso() ? CAP_ALL : CAP_ALL & ~CAP_USO;
	if (packet_begin(&c->packet, c->buffer / RING_PART) == 0)
		return 0;
	log_errno("%s: PACKET_AUXDATA", port->name);
	return -1;
}

static int
capture_open(struct port *port, const struct port_config *config)
{
	struct bpf_insn all[] = { BPF_STMT(BPF_RET | BPF_K, FRAME_MAX) };
	struct bpf_program program = { 1, all };
	struct capture *c = calloc(1, sizeof(*c));

	port->state = c;
	if (c == NULL) {
		log_errno("%s: calloc", port->name);
		return -1;
	}
	c->buffer = config->buffer != 0 ? config->buffer : BUFFER;
	c->packet.base = -1;
	port->fd = capture_get(port, c->buffer);
	if (port->fd == -1)
		return -1;
	c->packet.fd = port->fd;
	c->packet.base = capture_get(port, 1); /* rounded up to the minimum */
	if (c->packet.base == -1 || capture_identify(port) == -1 ||
	    capture_extras(port) == -1)
		return -1;
	if (capture_setfilter(port, &program) == 0)
		return 0;
	log_errno("%s: bind", port->name);
	return -1;
}

static int
capture_recv(struct port *port, struct frame *frames, int max)
{
	struct capture *c = port->state;
	uint8_t *at = c->slab, *end = c->slab + PORT_SLAB;
	socklen_t size = sizeof(int);
	int n = 0, error;

	packet_release(&c->packet);
	while (n < max && VNET_HEAD + FRAME_MAX <= end - at &&
	    packet_recv(&c->packet, &at, &frames[n]))
		n++;
	port->count.invalid = c->packet.invalid;
	/*
	 * No frame, and none the last time: clears the socket's error
	 * (ENETDOWN), else poll(2) reports it for ever.
	 */
	if (n == 0 && !c->heard)
		(void)getsockopt(port->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	c->heard = n > 0;
	return n;
}

static void
capture_refuse(struct port *port, const struct frame *f, int error)
{
	if (error == ENETDOWN || error == ENXIO) /* tick logs it */
		port_count_refused(port, f, error);
	else if (error == EMSGSIZE)
		port_refused(port, f, error, "longer than its MTU allows");
	else
		port_refused(port, f, error,
		    error == ENOBUFS ? "it is slower than the traffic" : NULL);
}

static int
capture_send(struct port *port, struct frame *frames, int n)
{
	struct capture *c = port->state;
	int i = 0, sent;

	while (i < n) {
		sent = packet_send(&c->packet, &frames[i], n - i);
		if (sent == -1) {
			if (errno == EINTR)
				continue;
			if (errno == EAGAIN)
				break;
			capture_refuse(port, &frames[i], errno);
			sent = 1;
		}
		i += sent;
	}
	return i;
}

static int
capture_set(struct port *port, enum port_setting what, bool on)
{
	struct capture *c = port->state;

	if (what == PORT_LARGE)
		c->large = on;
	if (what != PORT_PROMISC)
		return 0;
	return membership_set(port, CAPTURE_PROMISC, &c->promisc, on);
}

static int
capture_rebind(struct port *port)
{
	struct capture *c = port->state;
	bool promisc = c->promisc;
	int error;

	if (packet_rebind(&c->packet, c->wanted, c->attached) == -1) {
		error = errno;
		if (error == EPROTOTYPE && error != c->said)
			log_info("%s: now of another link type", c->wanted);
		else if (error != ENODEV && error != c->said)
			log_errno("%s: bind", c->wanted);
		c->said = error;
		c->packet.ifindex = -1;
		return -1;
	}
	/* Memberships went with the old interface. */
	c->promisc = c->allmulti = false;
	c->state = PORT_LINK_DOWN;
	c->anew = true;
	c->said = 0;
	multicast_hear(port, c->attached);
	if (promisc && capture_set(port, PORT_PROMISC, true) == -1)
		log_errno("%s: PACKET_MR_PROMISC", port->name);
	return 0;
}

static enum port_link
capture_state(struct port *port)
{
	struct capture *c = port->state;
	char name[IFNAMSIZ];
	struct ifreq ifr;

	if (packet_name(&c->packet, name) == -1) {
		(void)strcpy(port->name, c->wanted);
		if (capture_rebind(port) == -1)
			return PORT_LINK_GONE;
	} else
		port_rename(port, name);
	ifr = ifreq_of(port->name);
	if (ioctl(port->fd, SIOCGIFFLAGS, &ifr) == -1)
		return PORT_LINK_GONE;
	if ((ifr.ifr_flags & IFF_UP) == 0)
		return PORT_LINK_DOWN;
	return ifr.ifr_flags & IFF_RUNNING ? PORT_LINK_UP : PORT_LINK_IDLE;
}

static void
capture_mend(struct port *port)
{
	struct capture *c = port->state;

	switch (packet_mend(&c->packet)) {
	case 1:
		log_info("%s: the kernel's ring stopped at a frame that it "
			 "cannot describe: going on without it",
		    port->name);
		break;
	case -1:
		log_errno("%s: PACKET_RX_RING", port->name);
	}
}

static enum port_event
capture_tick(struct port *port)
{
	struct capture *c = port->state;
	enum port_link was = c->state, now;

	capture_mend(port);
	c->anew = false;
	c->state = now = capture_state(port);
	return port_link_event(port, was, now, c->anew);
}

static void
capture_stats(struct port *port)
{
	struct capture *c = port->state;

	packet_count(&c->packet);
	port->count.dropped = c->packet.dropped;
	port->count.filtered = c->packet.filtered;
	port->count.left = c->packet.left;
}

static void
capture_close(struct port *port)
{
	struct capture *c = port->state;

	if (c != NULL) {
		(void)packet_end(&c->packet);
		if (c->packet.base != -1)
			port_put_capture(c->packet.base);
	}
	if (port->fd != -1)
		port_put_capture(port->fd);
	free(c);
}

static const struct port_ops capture_ops = {
	.queue_remedy = "-b makes it longer",
	.pause_ns = PAUSE_NS,
	.recv = capture_recv,
	.send = capture_send,
	.attach = capture_attach,
	.detach = capture_detach,
	.tick = capture_tick,
	.stats = capture_stats,
	.close = capture_close,
};

/* No offloads(): AF_PACKET gives frames as they are, with their undone work. */
const struct port_control port_capture = {
	.ops = &capture_ops,
	.open = capture_open,
	.setfilter = capture_setfilter,
	.setbase = capture_setbase,
	.set = capture_set,
};

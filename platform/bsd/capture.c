/* SPDX-License-Identifier: ISC */
/*
 * The capture port on FreeBSD, OpenBSD and NetBSD: one BPF descriptor for both
 * directions.
 *
 * Between sessions the filter accepts nothing.  This filter is also set between
 * two others.  Else a processor could judge a frame by the old filter and queue
 * the frame after the buffer is emptied; now it has the time of a system call
 * to do so before the buffer is emptied again.
 *
 * When the interface goes, calls fail with ENXIO on FreeBSD, OpenBSD revokes
 * the descriptor (EIO), and NetBSD does not report it (each sys/net/bpf.c).  So
 * tick reads the name of the descriptor's interface.  When the interface is
 * gone, the helper opens a new descriptor, bound to the first interface that
 * has the name from the start.  With the old descriptor FreeBSD would not make
 * the new interface promiscuous (bpf_detachd_locked() keeps bd_promisc).  Also,
 * only a new descriptor can leave promiscuous mode.
 *
 * Each ioctl(2) is the helper's: no sandbox allows BIOCSETF.
 *
 * A loopback interface is refused: each frame that is sent there comes in.
 */
#include <sys/ioctl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture_acquire.h"
#include "capture.h"
#include "log.h"
#include "sandbox.h"

#define BUFFER	   (8 * 1024 * 1024)
#define BUFFER_MIN (2 * FRAME_MAX)
#define LEFT_READS 4096 /* batches that detach reads at most, in a storm */
#define DLT_NONE   UINT32_MAX /* unknown yet */

static void
capture_stats(struct port *port)
{
	struct capture *c = port->state;
	struct bpf_stat now;

	memset(&now, 0, sizeof(now));
	if (port->fd != -1 &&
	    port_ioctl_capture(port->fd, BIOCGSTATS, &now, sizeof(now)) == 0)
		port->count.dropped = c->dropped + now.bs_drop;
}

/*
 * Keeps the kernel's counter, which the next call will set to 0, and discards
 * frames that were read.
 */
static void
capture_begin(struct port *port)
{
	struct capture *c = port->state;

	capture_stats(port);
	c->dropped = port->count.dropped;
	capture_forget(port);
}

/* ---- filters ---- */

static int
capture_mute(struct port *port)
{
	capture_begin(port);
	return port->fd == -1 ? 0 : bpf_mute(port->fd);
}

/* Sets the session's filter in place of any other. */
static int
capture_hear(struct port *port)
{
	struct capture *c = port->state;

	if (capture_mute(port) == -1)
		return -1;
	return port->fd == -1 ? 0 : bpf_setfilter(port->fd, &c->program);
}

/* Whether the interface may be gone: tick will find out. */
static bool
is_gone(int error)
{
	return error == ENXIO || error == EIO || error == EBADF;
}

static int
capture_attach(struct port *port, const char *title)
{
	struct capture *c = port->state;

	(void)title;
	c->attached = true;
	return capture_hear(port) == 0 || is_gone(errno) ? 0 : -1;
}

static void
capture_detach(struct port *port)
{
	static struct frame frames[FRAME_BATCH];
	struct capture *c = port->state;
	int i, n;

	c->attached = false;
	for (i = 0; i < LEFT_READS; i++) {
		if ((n = capture_recv(port, frames, FRAME_BATCH)) <= 0)
			break;
		port->count.left += (uint64_t)n;
	}
	if (capture_mute(port) == -1 && !is_gone(errno))
		log_errno("%s: BIOCSETF", port->name);
}

static int
capture_setfilter(struct port *port, const struct bpf_program *program)
{
	struct capture *c = port->state;
	int n = bpf_program_shift(program, c->head, c->insns, FILTER_INSNS);

	if (n == -1)
		return -1;
	c->program = (struct bpf_program) { (u_int)n, c->insns };
	return c->attached ? capture_attach(port, NULL) : 0;
}

/* ---- the descriptor ---- */

/*
 * BIOCSHDRCMPLT keeps our frames' source address.  We set it for Ethernet only:
 * with it, other links' address family is read from the wrong place (FreeBSD,
 * sys/net/if_tuntap.c, tunoutput()).  NULL, or the call that failed.
 */
static const char *
descriptor_set(int fd, u_int dlt, u_int *size)
{
	u_int on = 1;

	if (port_ioctl_capture(fd, BIOCIMMEDIATE, &on, sizeof(on)) == -1)
		return "BIOCIMMEDIATE";
	if (dlt == DLT_EN10MB &&
	    port_ioctl_capture(fd, BIOCSHDRCMPLT, &on, sizeof(on)) == -1)
		return "BIOCSHDRCMPLT";
	*size = 0;
	if (port_ioctl_capture(fd, BIOCGBLEN, size, sizeof(*size)) == -1)
		return "BIOCGBLEN";
	return NULL;
}

static void
capture_drop(struct port *port)
{
	capture_begin(port);
	if (port->fd != -1)
		port_put_capture(port->fd);
	port->fd = -1;
}

/* Replaces the port's descriptor by fd.  NULL, or the call that failed. */
static const char *
descriptor_take(struct port *port, int fd)
{
	struct capture *c = port->state;
	u_int dlt, size;
	const char *failed;

	if (bpf_dlt(fd, &dlt) == -1)
		return "BIOCGDLT";
	if (c->dlt != DLT_NONE && dlt != c->dlt) {
		errno = EPROTOTYPE;
		return "now of another link type";
	}
	if ((failed = descriptor_set(fd, dlt, &size)) != NULL)
		return failed;
	capture_drop(port);
	port->fd = fd;
	c->dlt = dlt;
	c->size = size;
	return NULL;
}

/*
 * Gets a new descriptor.  0; -1 errno (ENODEV: there is no such interface), why
 * is filled and not logged.
 */
static int
capture_renew(struct port *port, char *why, size_t size)
{
	const struct capture *c = port->state;
	int fd = port_get_capture(c->buffer, why, size), error;
	const char *failed;

	if (fd == -1)
		return -1;
	if (sandbox_limit(fd, SANDBOX_CAPTURE) == -1)
		failed = "cap_rights_limit";
	else if ((failed = descriptor_take(port, fd)) == NULL)
		return 0;
	error = errno;
	if (error == EPROTOTYPE)
		(void)snprintf(why, size, "%s", failed);
	else
		bpf_why(why, size, failed, error);
	port_put_capture(fd);
	errno = error;
	return -1;
}

/* Gives the new descriptor the settings of the old one. */
static void
capture_resume(struct port *port)
{
	struct capture *c = port->state;

	if (c->attached && capture_hear(port) == -1 && !is_gone(errno))
		log_errno("%s: BIOCSETF", port->name);
	if (c->promisc &&
	    port_control_capture(port->fd, CAPTURE_PROMISC, true) == -1 &&
	    !is_gone(errno))
		log_errno("%s: BIOCPROMISC", port->name);
}

static int
capture_set(struct port *port, enum port_setting what, bool on)
{
	struct capture *c = port->state;
	char why[PORT_WHY];

	if (what != PORT_PROMISC || c->promisc == on ||
	    port->linktype != LINK_ETHERNET)
		return 0;
	c->promisc = on;
	if (port->fd == -1)
		return 0;
	if (on)
		return port_control_capture(port->fd, CAPTURE_PROMISC, true) ==
			    0 ||
			is_gone(errno) ?
		    0 :
		    -1;
	if (capture_renew(port, why, sizeof(why)) == 0)
		capture_resume(port);
	else if (errno != ENODEV)
		log_info("%s: stays in promiscuous mode: %s", port->name, why);
	return 0;
}

/* ---- open and close ---- */

/* The link type of a DLT_*; LINK_ANY: frames that no port carries. */
static int
linktype_of(u_int dlt, unsigned *head)
{
	*head = dlt == DLT_NULL || dlt == DLT_LOOP ? CAPTURE_FAMILY : 0;
	if (dlt == DLT_EN10MB)
		return LINK_ETHERNET;
	return *head > 0 || dlt == DLT_RAW ? LINK_RAW : LINK_ANY;
}

static int
capture_identify(struct port *port)
{
	struct capture *c = port->state;

	if (port_look(&c->link) == -1) {
		log_errno("%s: getifaddrs", port->name);
		return -1;
	}
	port->linktype = linktype_of(c->dlt, &c->head);
	if (port->linktype == LINK_ANY || c->link.loopback) {
		log_info("%s: link type %u%s is neither Ethernet nor raw IP",
		    port->name, c->dlt,
		    c->link.loopback ? " of a loopback" : "");
		return -1;
	}
	return 0;
}

static int
capture_open(struct port *port, const struct port_config *config)
{
	struct bpf_insn all[] = { BPF_STMT(BPF_RET | BPF_K, (u_int)-1) };
	struct bpf_program program = { 1, all };
	struct capture *c = calloc(1, sizeof(*c));
	char why[PORT_WHY];

	if ((port->state = c) == NULL) {
		log_errno("%s: calloc", port->name);
		return -1;
	}
	c->dlt = DLT_NONE;
	c->buffer = config->buffer != 0 ? config->buffer : BUFFER;
	if (c->buffer < BUFFER_MIN)
		c->buffer = BUFFER_MIN;
	(void)snprintf(c->wanted, sizeof(c->wanted), "%.15s", port->name);
	if (capture_renew(port, why, sizeof(why)) == -1) {
		log_info("%s: %s", port->name, why);
		return -1;
	}
	if (capture_identify(port) == -1)
		return -1;
	return capture_setfilter(port, &program);
}

static void
capture_close(struct port *port)
{
	struct capture *c = port->state;

	if (port->fd != -1)
		port_put_capture(port->fd);
	if (c != NULL)
		free(c->slab);
	free(c);
}

/* ---- what becomes of the interface ---- */

/* Opens the interface that has the name now.  0; -1: it cannot. */
static int
capture_rebind(struct port *port)
{
	struct capture *c = port->state;
	char why[PORT_WHY];
	int error;

	(void)strcpy(port->name, c->wanted);
	if (capture_renew(port, why, sizeof(why)) == 0) {
		capture_resume(port);
		c->anew = true;
		c->said = 0;
		return 0;
	}
	error = errno;
	if (error != ENODEV && error != c->said)
		log_info("%s: %s", port->name, why);
	c->said = error;
	capture_drop(port);
	return -1;
}

static enum port_link
capture_state(struct port *port)
{
	struct capture *c = port->state;
	char name[IFNAMSIZ];

	if (port->fd == -1 || bpf_ifname(port->fd, name) == -1) {
		if (capture_rebind(port) == -1)
			return PORT_LINK_GONE;
	} else
		port_rename(port, name);
	if (port_look(&c->link) == -1)
		return errno == ENODEV ? PORT_LINK_GONE : c->state;
	if (!c->link.up)
		return PORT_LINK_DOWN;
	return c->link.carrier ? PORT_LINK_UP : PORT_LINK_IDLE;
}

static enum port_event
capture_tick(struct port *port)
{
	struct capture *c = port->state;
	enum port_link was = c->state, now;

	c->anew = false;
	c->state = now = capture_state(port);
	return port_link_event(port, was, now, c->anew);
}

static const struct port_ops capture_ops = {
	.queue_remedy = "-b and sysctl net.bpf.maxbufsize make it longer",
	.recv = capture_recv,
	.send = capture_send,
	.attach = capture_attach,
	.detach = capture_detach,
	.tick = capture_tick,
	.stats = capture_stats,
	.close = capture_close,
};

const struct port_control port_capture = {
	.ops = &capture_ops,
	.open = capture_open,
	.setfilter = capture_setfilter,
	.set = capture_set,
};

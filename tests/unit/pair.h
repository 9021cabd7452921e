/* SPDX-License-Identifier: ISC */
/*
 * A port that works on every system, for tests: one end of a socketpair, with
 * Ethernet frames and no offloads; one packet is one frame.  SOCK_SEQPACKET
 * keeps frames apart like SOCK_DGRAM and reports the other end's close.
 */
#ifndef PAIR_H
#define PAIR_H

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "port/port.h"

#define PAIR_BUFFER (256 * 1024) /* some defaults are smaller than a frame */

struct pair {
	int other;
	uint8_t slab[PORT_SLAB];
};

static int
pair_prepare(int fd)
{
	int size = PAIR_BUFFER;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return -1;
	return fcntl(fd, F_SETFL, O_NONBLOCK);
}

static int
pair_open(struct port *port, const struct port_config *config)
{
	struct pair *pair;
	int fds[2];

	(void)config;
	strcpy(port->name, "pair");
	if ((pair = malloc(sizeof(*pair))) == NULL) {
		log_errno("pair: malloc");
		return -1;
	}
	pair->other = -1;
	port->state = pair;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) == -1) {
		log_errno("pair: socketpair");
		return -1;
	}
	port->fd = fds[0];
	pair->other = fds[1];
	if (pair_prepare(fds[0]) == -1 || pair_prepare(fds[1]) == -1) {
		log_errno("pair: fcntl");
		return -1;
	}
	return 0;
}

/* Reads one frame.  1; 0: it was too long; -1 errno (EAGAIN: none now). */
static int
pair_one(struct port *port, uint8_t *at, struct frame *f)
{
	struct iovec iov = { at, FRAME_MAX };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t r;

	do
		r = recvmsg(port->fd, &msg, 0);
	while (r == -1 && errno == EINTR);
	if (r <= 0) {
		if (r == 0)
			errno = EPIPE;
		return -1;
	}
	if (msg.msg_flags & MSG_TRUNC) {
		port->count.invalid++;
		return 0;
	}
	memset(f, 0, sizeof(*f));
	f->data = at;
	f->len = (uint32_t)r;
	return 1;
}

static int
pair_recv(struct port *port, struct frame *frames, int max)
{
	struct pair *pair = port->state;
	size_t used = 0;
	int n = 0, r = 0;

	while (n < max && used + FRAME_MAX <= sizeof(pair->slab)) {
		r = pair_one(port, pair->slab + used, &frames[n]);
		if (r == -1)
			break;
		if (r == 1)
			used += frames[n++].len;
	}
	return n == 0 && r == -1 && errno != EAGAIN ? -1 : n;
}

static int
pair_send(struct port *port, struct frame *frames, int n)
{
	int i = 0;

	while (i < n) {
		if (send(port->fd, frames[i].data, frames[i].len,
			MSG_NOSIGNAL) != -1) {
			i++;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN)
			break;
		port_refused(port, &frames[i], errno, NULL);
		i++;
	}
	return i;
}

static int
pair_attach(struct port *port, const char *title)
{
	uint8_t byte;
	int i;

	(void)title;
	for (i = 0; i < PAIR_BUFFER; i++)
		if (recv(port->fd, &byte, 1, 0) <= 0 && errno != EINTR)
			break;
	return 0;
}

/* Closes the other end early: then the port's recv fails with EPIPE. */
static inline void
port_pair_hangup(struct port *port)
{
	struct pair *pair = port->state;

	if (pair == NULL || pair->other == -1)
		return;
	close(pair->other);
	pair->other = -1;
}

static void
pair_close(struct port *port)
{
	port_pair_hangup(port);
	if (port->fd != -1)
		close(port->fd);
	port->fd = -1;
	free(port->state);
	port->state = NULL;
}

/*
 * Returns the other end of an open pair port, for writing and reading frames.
 * It is non-blocking and belongs to the port, which closes it.
 */
static inline int
port_pair_other(const struct port *port)
{
	const struct pair *pair = port->state;

	return pair->other;
}

static const struct port_ops pair_ops = {
	.recv = pair_recv,
	.send = pair_send,
	.attach = pair_attach,
	.close = pair_close,
};

static const struct port_control port_pair = {
	.ops = &pair_ops,
	.open = pair_open,
};

#endif

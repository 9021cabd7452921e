/* SPDX-License-Identifier: ISC */
/*
 * Replaces src/session/peer.c by peers in memory: the two ends of one stream,
 * with short reads and writes, EAGAIN and EINTR at random from a seed.
 */
#ifndef FAKE_PEER_H
#define FAKE_PEER_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session/peer.h"

#define FAKE_ROOM (1024 * 1024)
#define FAKE_FEW  16 /* bytes, fewer than a message: limit of some writes */

/* One direction; a peer's rfd and wfd are indices of fake_pipes. */
static struct fake_pipe {
	uint8_t data[FAKE_ROOM];
	size_t len;
	int closed;
} fake_pipes[2];
static int fake_broken; /* errno of all writes; 0: they work */
static unsigned fake_seed; /* 0: no short calls and no errors */
static size_t fake_few; /* bytes that one write takes at most; 0: no limit */

static inline unsigned
fake_random(unsigned below)
{
	fake_seed = fake_seed * 1103515245 + 12345;
	return (fake_seed >> 8) % below;
}

static inline void
fake_reset(unsigned seed)
{
	memset(fake_pipes, 0, sizeof(fake_pipes));
	fake_broken = 0;
	fake_few = 0;
	fake_seed = seed;
}

static inline void
fake_connect(struct peer *a, struct peer *b)
{
	memset(a, 0, sizeof(*a));
	memset(b, 0, sizeof(*b));
	a->form = PEER_CONNECT;
	b->form = PEER_LISTEN;
	a->rfd = b->wfd = 0;
	a->wfd = b->rfd = 1;
}

static inline int
fake_fault(void)
{
	if (fake_seed == 0 || fake_random(4) != 0)
		return 0;
	errno = fake_random(2) ? EAGAIN : EINTR;
	return -1;
}

ssize_t
peer_read(struct peer *peer, void *buf, size_t len)
{
	struct fake_pipe *p = &fake_pipes[peer->rfd];

	if (fake_fault() == -1)
		return -1;
	if (p->len == 0) {
		errno = EAGAIN;
		return p->closed ? 0 : -1;
	}
	if (len > p->len)
		len = p->len;
	if (fake_seed != 0 && len > 1)
		len = 1 + fake_random((unsigned)len);
	memcpy(buf, p->data, len);
	p->len -= len;
	memmove(p->data, p->data + len, p->len);
	return (ssize_t)len;
}

ssize_t
peer_writev(struct peer *peer, const struct iovec *iov, int n)
{
	struct fake_pipe *p = &fake_pipes[peer->wfd];
	size_t room = FAKE_ROOM - p->len, done = 0;
	int i;

	if (fake_fault() == -1)
		return -1;
	if (fake_broken) {
		errno = fake_broken;
		return -1;
	}
	if (fake_seed != 0 && room > FAKE_FEW)
		room = 1 +
		    fake_random(
			fake_random(4) == 0 ? FAKE_FEW : (unsigned)room / 4);
	if (fake_few != 0 && room > fake_few)
		room = fake_few;
	for (i = 0; i < n && room > 0; i++) {
		size_t len = iov[i].iov_len < room ? iov[i].iov_len : room;

		memcpy(p->data + p->len, iov[i].iov_base, len);
		p->len += len;
		done += len;
		room -= len;
	}
	errno = EAGAIN;
	return done > 0 ? (ssize_t)done : -1;
}

void
peer_close(struct peer *peer)
{
	fake_pipes[peer->wfd].closed = 1;
}

void
peer_far(struct peer *peer)
{
	(void)peer;
}

void
peer_keepalive(struct peer *peer)
{
	(void)peer;
}

#endif

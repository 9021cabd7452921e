/* SPDX-License-Identifier: ISC */
/*
 * A stream between two ends in one process, for tests that replace
 * src/session/peer.c: a socket pair, and those functions of peer.h that need
 * not do anything for it.
 */
#ifndef PEER_PAIR_H
#define PEER_PAIR_H

#include <sys/types.h>
#include <sys/socket.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "session/peer.h"

/* Both ends are non-blocking and hold only some frames. */
static inline void
peer_pair_open(int fds[2])
{
	int i, size = 20000;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		abort();
	for (i = 0; i < 2; i++) {
		(void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
		(void)setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size,
		    sizeof(size));
	}
}

int
peer_dial(struct peer_dial *dial, const char *text)
{
	int fds[2];

	if (pipe(fds) == -1)
		abort();
	(void)close(fds[1]);
	dial->text = text;
	dial->fd = fds[0]; /* at its end: readable at once */
	return 0;
}

void
peer_dial_stop(struct peer_dial *dial)
{
	if (dial->fd != -1)
		(void)close(dial->fd);
	dial->fd = -1;
}

void
peer_close(struct peer *peer)
{
	if (peer->rfd != -1)
		(void)close(peer->rfd);
	peer->rfd = peer->wfd = -1;
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

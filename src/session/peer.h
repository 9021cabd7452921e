/* SPDX-License-Identifier: ISC */
/*
 * The byte stream to the other process: a TCP connection, the pipe of a
 * command, or our own standard input and output.
 */
#ifndef PEER_H
#define PEER_H

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "addr.h"
#include "privilege/dial.h"

enum peer_form { PEER_LISTEN, PEER_STDIO, PEER_CONNECT, PEER_EXEC, PEER_FORMS };

#define PEER_LISTENERS DIAL_LISTENERS

struct peer {
	enum peer_form form; /* PEER_LISTEN: it was accepted */
	bool by_path; /* by a unix socket, which its owner alone can use */
	int rfd, wfd; /* to read, to write; may be the same; -1: closed */
	char name[128]; /* for messages */
	struct addr local, remote; /* TCP only; addr_type 0: not TCP */
	uint16_t lport, rport;
};

/* A connection that the helper's child makes: see privilege/dial.h. */
struct peer_dial {
	const char *text;
	int fd; /* readable when there is an answer; -1: none is made */
	char why[128]; /* the last failure */
};

/*
 * Listens on "[addr:]port"; without an address on IPv4 and IPv6; or on the path
 * of a unix socket.  Logs "listening on ADDR PORT", or PATH, for each.  Returns
 * how many descriptors; -1: it has logged why.
 */
int peer_listen(const char *text, int fds[PEER_LISTENERS]);

/* Whether other hosts can reach one of n listening sockets. */
bool peer_listens_open(const int *fds, int n);

/*
 * Whether nothing is known of who the peer is: it came to our TCP listener.  A
 * peer that we dialled or started, that holds our standard input, or that came
 * by a unix socket, is known.
 */
bool peer_is_stranger(const struct peer *);

/* Accepts a connection.  0; -1 errno (EAGAIN: there is none). */
int peer_accept(int listener, struct peer *);

/* Our own standard input and output.  Never fails. */
void peer_stdio(struct peer *);

/*
 * Runs a command through the helper; *err: to read its standard error, which
 * is non-blocking and the caller's.  0; -1: it has logged why.
 */
int peer_exec(struct peer *, const char *command, int *err);

/*
 * Begins to connect to "host:port" or to a unix socket.  0: call
 * peer_dial_next() when dial->fd is readable; -1: dial->why.
 */
int peer_dial(struct peer_dial *, const char *text);
/*
 * 1: connected, *peer is filled; 0: in progress; -1: no address answered,
 * dial->why has the last failure.
 */
int peer_dial_next(struct peer_dial *, struct peer *);
void peer_dial_stop(struct peer_dial *);

/* As read(2) and writev(2), without SIGPIPE. */
ssize_t peer_read(struct peer *, void *, size_t);
ssize_t peer_writev(struct peer *, const struct iovec *, int n);

/*
 * For legacy peers, which know no PING: the kernel, where it can, ends the
 * connection when the other side has not answered for 30 seconds.
 */
void peer_keepalive(struct peer *);

/*
 * For a peer with a long round trip: chooses the congestion control BBR (Linux,
 * tcp_bbr.c), where the kernel has it and we may.  The usual ones take each
 * loss for a full queue, and carry little on a long way.
 */
void peer_far(struct peer *);

/* Closes the stream: a command gets end of file.  May be called twice. */
void peer_close(struct peer *);

#endif

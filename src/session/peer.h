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
#include "session/resolve.h"

enum peer_form { PEER_LISTEN, PEER_STDIO, PEER_CONNECT, PEER_EXEC, PEER_FORMS };

#define PEER_LISTENERS 8

struct peer {
	enum peer_form form; /* PEER_LISTEN: was accepted */
	int rfd, wfd; /* the same for sockets; -1: closed */
	pid_t pid; /* of the command, 0: none */
	char name[128]; /* for people */
	struct addr local, remote; /* TCP only; addr_type 0: not TCP */
	uint16_t lport, rport;
};

/*
 * A connection being made: a name being resolved, then every address of it, one
 * after the other.
 */
struct peer_dial {
	const char *text;
	pid_t resolver; /* asks for the name; 0: addresses are known */
	struct resolve_answer found;
	size_t got; /* bytes of `found' */
	int next; /* address */
	int fd; /* in progress; -1: none */
	short events; /* for poll(2) */
	uint64_t deadline_ms;
	char why[256]; /* of the last failure */
};

/*
 * Listens on "[addr:]port", with no address on IPv4 and IPv6.  Says
 * "listening on ADDR PORT" for each.  How many descriptors; -1: it has said
 * why.
 */
int peer_listen(const char *text, int fds[PEER_LISTENERS]);

/*
 * It has proved nothing about who it is: it came to our TCP listener.  One that
 * we dialled or started, or that holds our standard input, is known.
 */
bool peer_is_stranger(const struct peer *);

/* 0; -1 errno (EAGAIN: nobody there after all). */
int peer_accept(int listener, struct peer *);

/* Our own standard input and output.  Never fails. */
void peer_stdio(struct peer *);

/* Runs a command through the helper.  0; -1: it has said why. */
int peer_exec(struct peer *, const char *command);

/*
 * Begins to connect to "host:port".  0: now peer_dial_next(), and again when
 * dial->fd has dial->events or deadline_ms passes; -1: dial->why.
 */
int peer_dial(struct peer_dial *, const char *text);
/*
 * Goes on: 1: connected, *peer is filled; 0: in progress; -1: no address
 * answered, dial->why says what the last one said.
 */
int peer_dial_next(struct peer_dial *, struct peer *);
void peer_dial_stop(struct peer_dial *);

/* As read(2) and writev(2), without SIGPIPE. */
ssize_t peer_read(struct peer *, void *, size_t);
ssize_t peer_writev(struct peer *, const struct iovec *, int n);

/*
 * Legacy peers know no ping: the kernel shall find out within 30 s that the
 * other side is gone, where it can.
 */
void peer_keepalive(struct peer *);

/*
 * The way is a long one.  Usual congestion control takes each loss for a full
 * queue and carries little there; BBR (Linux, tcp_bbr.c) measures.  It stays as
 * it is where there is none, or where we may not.
 */
void peer_far(struct peer *);

/* Closes; a command gets end of file.  Harmless on a closed one. */
void peer_close(struct peer *);

#endif

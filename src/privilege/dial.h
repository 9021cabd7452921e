/* SPDX-License-Identifier: ISC */
/*
 * Makes the sockets of -c and -s.  A child resolves the name and connects, or
 * listens, and passes the sockets: both may wait for other hosts.  Unix sockets
 * (dial_local.c) need no child.
 */
#ifndef DIAL_H
#define DIAL_H

#include <sys/types.h>
#include <stdbool.h>

#define DIAL_LISTENERS 8

struct dial_answer {
	int error; /* 0: the sockets are beside it */
	bool resolved; /* the error came later */
	bool more; /* it does not listen on all addresses of the name */
	char why[128]; /* if there is an error */
};

/*
 * Begins to connect to "host:port", or to listen on "[addr:]port"; without an
 * address on IPv4 and IPv6.  Returns a descriptor, non-blocking, close-on-exec,
 * that becomes readable for dial_read(); the pid is the child's, which the
 * caller waits for.  user: of -Z, or NULL, who connects.  -1: errno, and
 * *failed names the call.
 */
int dial_start(const char *text, bool listens, const char *user, pid_t *pid,
    const char **failed);

/*
 * The same for the path of a unix socket, without a child: the answer is there.
 * A listening socket is the user's who called sudo or doas, with mode 0600; a
 * dead one in its place is removed.  dial_local_end() removes it.
 */
int dial_local(const char *path, bool listens, const char **failed);
void dial_local_end(void);

/*
 * Reads the answer.  1: *answer is filled, fds[DIAL_LISTENERS] has n connected
 * or listening sockets, close-on-exec; 0: it has not come yet.
 */
int dial_read(int fd, struct dial_answer *answer, int *fds, int *n);

#endif

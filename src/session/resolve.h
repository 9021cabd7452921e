/* SPDX-License-Identifier: ISC */
/* Turns "host:port", "host:service" and "[IPv6]:port" into addresses. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include <sys/types.h>
#include <sys/socket.h>
#include <stdbool.h>

#define RESOLVE_TEXT	512
#define RESOLVE_ADDRS	16
#define RESOLVE_SECONDS 20 /* for name servers to answer */

/* Different addresses, in the order to try them. */
struct resolve_answer {
	int naddrs; /* 0: error and why */
	int error; /* EINVAL: the text can never work */
	char why[128];
	struct sockaddr_storage addrs[RESOLVE_ADDRS];
};

/*
 * Begins to resolve "host:port", or "[addr:]port" to listen on.  Returns a
 * descriptor, non-blocking, close-on-exec, that becomes readable for
 * resolve_read(); the pid is a child's, which the caller waits for.  -1: no
 * name server has to be asked, and *answer is filled.
 */
int resolve_start(const char *text, struct resolve_answer *, pid_t *);

/*
 * Reads what is there; *got counts the bytes, 0 at first.  1: *answer is
 * filled; 0: not yet.
 */
int resolve_read(int fd, struct resolve_answer *, size_t *got);

/*
 * Splits "host:port", "[v6]:port" or "port" in place; *host is NULL if there is
 * none.  Returns NULL, or what is wrong with the text.
 */
const char *resolve_split(char *text, const char **host, const char **port);

/*
 * Checks "host:port" to connect to, or "[addr:]port" to listen on, as far as
 * possible without resolving a name.  Returns NULL, or what is wrong.
 */
const char *resolve_check(const char *text, bool to_listen);

#endif

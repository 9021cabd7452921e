/* SPDX-License-Identifier: ISC */
/* "host:port", "host:service" and "[IPv6]:port" to addresses. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include <sys/types.h>
#include <sys/socket.h>
#include <stdbool.h>

#define RESOLVE_TEXT	512
#define RESOLVE_ADDRS	16
#define RESOLVE_SECONDS 20 /* that name servers have */

/* Different addresses, in the order to try them. */
struct resolve_answer {
	int naddrs; /* 0: error and why */
	int error; /* EINVAL: it can never work */
	char why[128];
	struct sockaddr_storage addrs[RESOLVE_ADDRS];
};

/*
 * Asks for "host:port", or "[addr:]port" to listen on.  A descriptor,
 * non-blocking, close-on-exec, that becomes readable for resolve_read(), and
 * the child that asks, which the caller waits for; -1: nobody has to be asked,
 * and *answer is filled.
 */
int resolve_start(const char *text, struct resolve_answer *, pid_t *);

/* Goes on with what came; *got is 0 at first.  1: *answer is filled. */
int resolve_read(int fd, struct resolve_answer *, size_t *got);

/*
 * Cuts "host:port", "[v6]:port" or "port" in place; *host is NULL where there
 * is none.  NULL, or what is wrong with it.
 */
const char *resolve_split(char *text, const char **host, const char **port);

/*
 * Whether this is "host:port" to connect to, or "[addr:]port" to listen on,
 * as far as can be told without asking for the name.  NULL, or what is wrong.
 */
const char *resolve_check(const char *text, bool to_listen);

#endif

/* SPDX-License-Identifier: ISC */
/* Turns "host:port", "host:service" and "[IPv6]:port" into addresses. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include <sys/types.h>
#include <sys/socket.h>
#include <stdbool.h>

#define RESOLVE_TEXT  512
#define RESOLVE_ADDRS 16

/* Different addresses, in the order to try them. */
struct resolve_answer {
	int naddrs; /* 0: error and why */
	int error; /* EINVAL: the text can never work */
	char why[128];
	struct sockaddr_storage addrs[RESOLVE_ADDRS];
};

/*
 * Resolves "host:port", or "[addr:]port" to listen on.  numeric: only an
 * address, not a name.  Else it waits for name servers, half a minute if none
 * answers.  0; -1: the answer says why.
 */
int resolve_text(const char *text, bool numeric, struct resolve_answer *);

/*
 * Splits "host:port", "[v6]:port" or "port" in place; *host is NULL if there is
 * none.  Returns NULL, or what is wrong with the text.
 */
const char *resolve_split(char *text, const char **host, const char **port);

/*
 * Checks "host:port" to connect to, or "[addr:]port" to listen on, as far as
 * possible without resolving a name; or the path of a unix socket, which has a
 * slash.  Returns NULL, or what is wrong.
 */
const char *resolve_check(const char *text, bool to_listen);

#endif

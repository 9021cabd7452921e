/* "host:port", "host:service" and "[IPv6]:port" to addresses. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include <sys/types.h>
#include <sys/socket.h>

#define RESOLVE_TEXT 512

/*
 * Fills out with up to max different addresses, in the order to try them.
 * How many; -1: errno and *why, a constant text (EINVAL: it can never work).
 * Blocks while a name server is asked.
 */
int resolve_text(const char *text, struct sockaddr_storage *out, int max,
    const char **why);

#endif

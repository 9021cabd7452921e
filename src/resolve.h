/* "host:port", "host:service" and "[IPv6]:port" to addresses. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include <sys/types.h>
#include <sys/socket.h>
#include <stdbool.h>

#define RESOLVE_TEXT 512

/*
 * Fills out with up to max different addresses, in the order to try them.
 * How many; -1: errno and *why, a constant text (EINVAL: it can never work).
 * Blocks while a name server is asked.
 */
int resolve_text(const char *text, struct sockaddr_storage *out, int max,
    const char **why);

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

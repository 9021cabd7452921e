/* SPDX-License-Identifier: ISC */
/*
 * getaddrinfo() accepts wrong ports (above 65535, with a sign), so the port is
 * checked first.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/resolve.h"

static bool
port_ok(const char *port)
{
	size_t digits = strspn(port, "0123456789");

	if (port[digits] != '\0')
		return isalnum((unsigned char)port[0]) &&
		    getservbyname(port, "tcp") != NULL;
	return digits >= 1 && digits <= 5 && atoi(port) >= 1 &&
	    atoi(port) <= 65535;
}

const char *
resolve_split(char *text, const char **host, const char **port)
{
	char *colon = strrchr(text, ':');

	*host = NULL;
	*port = text;
	if (colon != NULL) {
		*colon = '\0';
		*port = colon + 1;
		*host = text;
		if (text[0] == '[' && colon - text > 2 && colon[-1] == ']') {
			colon[-1] = '\0';
			*host = text + 1;
		} else if (strpbrk(text, ":[]") != NULL)
			return "an IPv6 address must be in brackets: "
			       "[addr]:port";
	}
	return port_ok(*port) ? NULL : "no port: want 1 to 65535 or a service";
}

const char *
resolve_check(const char *text, bool to_listen)
{
	const char *host, *port, *why;
	char copy[RESOLVE_TEXT];

	if (strchr(text, '/') != NULL)
		return strlen(text) <
			sizeof(((struct sockaddr_un *)0)->sun_path) ?
		    NULL :
		    "path too long";
	if (strlen(text) >= sizeof(copy))
		return "name too long";
	if (!to_listen && strchr(text, ':') == NULL)
		return "no port: want host:port";
	(void)strcpy(copy, text);
	if ((why = resolve_split(copy, &host, &port)) != NULL)
		return why;
	if (host != NULL && *host == '\0')
		return to_listen ? "no address: want port or addr:port" :
				   "no host: want host:port";
	return NULL;
}

/* The errno for an error of getaddrinfo(). */
static int
resolve_failed(int error, const char **why)
{
	int saved = errno;

	*why = gai_strerror(error);
	switch (error) {
	case EAI_SERVICE:
		*why = "unknown service";
		return EINVAL;
	case EAI_NONAME:
		*why = "unknown host";
		return ENOENT;
	case EAI_SYSTEM:
		*why = strerror(saved);
		return saved;
	case EAI_MEMORY:
		return ENOMEM;
	default:
		return EAGAIN;
	}
}

/* A name may stand for the same address twice. */
static void
resolve_add(const struct addrinfo *ai, struct resolve_answer *a)
{
	int i;

	if ((ai->ai_family != AF_INET && ai->ai_family != AF_INET6) ||
	    a->naddrs == RESOLVE_ADDRS)
		return;
	for (i = 0; i < a->naddrs; i++)
		if (memcmp(&a->addrs[i], ai->ai_addr, ai->ai_addrlen) == 0)
			return;
	memcpy(&a->addrs[a->naddrs++], ai->ai_addr, ai->ai_addrlen);
}

static int
answer_fail(struct resolve_answer *a, int error, const char *why)
{
	memset(a, 0, sizeof(*a));
	a->error = error;
	(void)snprintf(a->why, sizeof(a->why), "%s", why);
	return -1;
}

int
resolve_text(const char *text, bool numeric, struct resolve_answer *a)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list, *ai;
	const char *host, *port, *why;
	char copy[RESOLVE_TEXT];
	int error;

	memset(a, 0, sizeof(*a));
	if ((why = resolve_check(text, true)) != NULL)
		return answer_fail(a, EINVAL, why);
	(void)strcpy(copy, text);
	(void)resolve_split(copy, &host, &port);
	hints.ai_flags = AI_PASSIVE | (numeric ? AI_NUMERICHOST : 0);
	if ((error = getaddrinfo(host, port, &hints, &list)) != 0) {
		error = resolve_failed(error, &why);
		return answer_fail(a, error, why);
	}
	for (ai = list; ai != NULL; ai = ai->ai_next)
		resolve_add(ai, a);
	freeaddrinfo(list);
	if (a->naddrs == 0)
		return answer_fail(a, ENOENT, "unknown host");
	return 0;
}

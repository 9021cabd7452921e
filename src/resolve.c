/*
 * Names to addresses.  getaddrinfo() takes what nobody means (ports above
 * 65535, signs), so the port is looked at first.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resolve.h"

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

/* The errno for what getaddrinfo() said. */
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
static int
resolve_add(const struct addrinfo *ai, struct sockaddr_storage *out, int n)
{
	int i;

	if (ai->ai_family != AF_INET && ai->ai_family != AF_INET6)
		return n;
	for (i = 0; i < n; i++)
		if (memcmp(&out[i], ai->ai_addr, ai->ai_addrlen) == 0)
			return n;
	memset(&out[n], 0, sizeof(out[n]));
	memcpy(&out[n], ai->ai_addr, ai->ai_addrlen);
	return n + 1;
}

static int
resolve_host(const char *host, const char *port, struct addrinfo **list)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	int error;

	hints.ai_flags = AI_NUMERICHOST; /* without asking a server */
	error = getaddrinfo(host, port, &hints, list);
	if (error != EAI_NONAME)
		return error;
	hints.ai_flags = 0;
	return getaddrinfo(host, port, &hints, list);
}

int
resolve_text(const char *text, struct sockaddr_storage *out, int max,
    const char **why)
{
	struct addrinfo *list, *ai;
	const char *host, *port;
	char copy[RESOLVE_TEXT];
	int error, n = 0;

	if ((*why = resolve_check(text, false)) != NULL) {
		errno = EINVAL;
		return -1;
	}
	(void)strcpy(copy, text);
	(void)resolve_split(copy, &host, &port);
	if ((error = resolve_host(host, port, &list)) != 0) {
		errno = resolve_failed(error, why);
		return -1;
	}
	for (ai = list; ai != NULL && n < max; ai = ai->ai_next)
		n = resolve_add(ai, out, n);
	freeaddrinfo(list);
	*why = "unknown host";
	errno = ENOENT;
	return n > 0 ? n : -1;
}

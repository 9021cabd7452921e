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

/*
 * Cuts "host:port" or "[v6]:port" into two.  NULL, or what is wrong with it.
 */
static const char *
resolve_split(char *text, const char **host, const char **port)
{
	char *colon = strrchr(text, ':');

	if (colon == NULL)
		return "no port: want host:port";
	*colon = '\0';
	*port = colon + 1;
	*host = text;
	if (text[0] == '[') {
		if (colon - text < 3 || colon[-1] != ']')
			return "want [address]:port";
		colon[-1] = '\0';
		*host = text + 1;
	} else if (strchr(text, ':') != NULL)
		return "an IPv6 address wants brackets: [address]:port";
	return **host == '\0' ? "no host" : NULL;
}

static bool
port_ok(const char *port)
{
	size_t digits = strspn(port, "0123456789");

	if (port[digits] != '\0')
		return isalnum((unsigned char)port[0]);
	return digits >= 1 && digits <= 5 && atoi(port) >= 1 &&
	    atoi(port) <= 65535;
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

	*why = "name too long";
	errno = EINVAL;
	if (strlen(text) >= sizeof(copy))
		return -1;
	(void)strcpy(copy, text);
	if ((*why = resolve_split(copy, &host, &port)) != NULL)
		return -1;
	*why = "no port: want 1 to 65535 or a service";
	if (!port_ok(port))
		return -1;
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

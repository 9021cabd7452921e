/* SPDX-License-Identifier: ISC */
/*
 * getaddrinfo() accepts wrong ports (above 65535, with a sign), so the port is
 * checked first.  It waits for name servers, half a minute if none answers, and
 * cannot be stopped: a child calls it.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "privilege/command.h"
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

/* flags: of getaddrinfo().  0; -1: the answer says why. */
static int
resolve_ask(const char *text, int flags, struct resolve_answer *a)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list, *ai;
	const char *host, *port, *why;
	char copy[RESOLVE_TEXT];
	int error;

	(void)strcpy(copy, text);
	(void)resolve_split(copy, &host, &port);
	hints.ai_flags = flags | AI_PASSIVE;
	memset(a, 0, sizeof(*a));
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

static void
resolve_child(const char *text, int out)
{
	struct resolve_answer a;
	const uint8_t *at = (const uint8_t *)&a;
	size_t left = sizeof(a);
	ssize_t n;

	out = command_keep(out);
	(void)signal(SIGALRM, SIG_DFL);
	(void)alarm(RESOLVE_SECONDS);
	(void)resolve_ask(text, 0, &a);
	for (; left > 0; at += n, left -= (size_t)n)
		if ((n = write(out, at, left)) == -1)
			break;
	_exit(0);
}

int
resolve_start(const char *text, struct resolve_answer *a, pid_t *pid)
{
	const char *why = resolve_check(text, true);
	int fds[2];

	*pid = 0;
	if (why != NULL)
		return answer_fail(a, EINVAL, why);
	/* first without asking a name server */
	if (resolve_ask(text, AI_NUMERICHOST, a) == 0 || a->error != ENOENT)
		return -1;
	if (pipe(fds) == -1)
		return answer_fail(a, errno, strerror(errno));
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
	if ((*pid = command_fork()) == 0)
		resolve_child(text, fds[1]);
	(void)close(fds[1]);
	if (*pid != -1)
		return fds[0];
	*pid = 0;
	(void)answer_fail(a, errno, strerror(errno));
	(void)close(fds[0]);
	return -1;
}

int
resolve_read(int fd, struct resolve_answer *a, size_t *got)
{
	ssize_t n = read(fd, (uint8_t *)a + *got, sizeof(*a) - *got);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		(void)answer_fail(a, ETIMEDOUT, "no name server answers");
		return 1;
	}
	*got += (size_t)n;
	if (*got < sizeof(*a))
		return 0;
	a->why[sizeof(a->why) - 1] = '\0';
	if (a->naddrs < 0 || a->naddrs > RESOLVE_ADDRS)
		(void)answer_fail(a, EINVAL, "the answer makes no sense");
	return 1;
}

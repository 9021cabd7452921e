/* SPDX-License-Identifier: ISC */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege/channel.h"
#include "privilege/command.h"
#include "privilege/dial.h"
#include "privilege/platform.h"
#include "session/resolve.h"

#define BACKLOG	    128 /* a storm fills a shorter one: others wait seconds */
#define CONNECT_MS  10000 /* for each address */
#define RESOLVE_MAX 20 /* seconds for name servers to answer */

static socklen_t
sockaddr_len(const struct sockaddr *sa)
{
	return sa->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
					   sizeof(struct sockaddr_in);
}

/* Connects to one address.  A descriptor; -1 errno. */
static int
connect_one(const struct sockaddr *sa)
{
	int fd = socket(sa->sa_family, SOCK_STREAM, 0), error = 0;
	struct pollfd pfd = { fd, POLLOUT, 0 };
	socklen_t len = sizeof(error);

	if (fd == -1)
		return -1;
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	if (connect(fd, sa, sockaddr_len(sa)) == 0)
		return fd;
	if (errno != EINPROGRESS)
		error = errno;
	else if (poll(&pfd, 1, CONNECT_MS) != 1)
		error = ETIMEDOUT;
	else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		error = errno;
	if (error == 0)
		return fd;
	(void)close(fd);
	errno = error;
	return -1;
}

/* Connects to the first address that answers.  1 descriptor; -1 errno. */
static int
connect_any(const struct resolve_answer *found, int *fd)
{
	int i;

	for (i = 0; i < found->naddrs; i++)
		if ((*fd = connect_one((const void *)&found->addrs[i])) != -1)
			return 1;
	return -1;
}

/* Listens on one address.  A descriptor; -1 errno. */
static int
listen_one(const struct sockaddr *sa)
{
	int fd, on = 1, error;

	if ((fd = socket(sa->sa_family, SOCK_STREAM, 0)) == -1)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (sa->sa_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	if (bind(fd, sa, sockaddr_len(sa)) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	error = errno;
	(void)close(fd);
	errno = error;
	return -1;
}

/*
 * Listens on the first addresses, without those that this host does not have.
 * Returns how many descriptors; -1 errno.
 */
static int
listen_all(const struct resolve_answer *found, int *fds, bool *more)
{
	int i, n = 0;

	errno = EADDRNOTAVAIL;
	for (i = 0; i < found->naddrs && n < DIAL_LISTENERS; i++) {
		fds[n] = listen_one((const void *)&found->addrs[i]);
		if (fds[n] != -1)
			n++;
		else if (errno != EAFNOSUPPORT && errno != EPROTONOSUPPORT &&
		    errno != EADDRNOTAVAIL)
			return -1;
	}
	*more = i < found->naddrs;
	return n > 0 ? n : -1;
}

static void
dial_failed(struct dial_answer *a, int error, const char *why)
{
	a->error = error;
	(void)snprintf(a->why, sizeof(a->why), "%s", why);
}

/* In the child.  The kernel ends it if no name server answers. */
static void
dial_child(const char *text, bool listens, const char *user, int out)
{
	struct sandbox sandbox = { .what = SANDBOX_RESOLVER, .user = user };
	static struct resolve_answer found;
	struct dial_answer a = { 0 };
	int fds[DIAL_LISTENERS], n = 0;

	char why[PLATFORM_WHY];

	out = command_keep(out);
	/* to listen on a low port needs a right */
	if (!listens && sandbox_enter(&sandbox, why, sizeof(why)) == -1)
		_exit(1);
	(void)signal(SIGALRM, SIG_DFL);
	(void)alarm(RESOLVE_MAX);
	if (resolve_text(text, true, &found) == -1 && found.error == ENOENT)
		(void)resolve_text(text, false, &found);
	(void)alarm(0);
	a.resolved = found.naddrs > 0;
	if (!a.resolved)
		dial_failed(&a, found.error, found.why);
	else if ((n = listens ? listen_all(&found, fds, &a.more) :
				connect_any(&found, fds)) == -1)
		dial_failed(&a, errno, strerror(errno));
	_exit(channel_send(out, &a, sizeof(a), fds, n > 0 ? n : 0) != 0);
}

int
dial_start(const char *text, bool listens, const char *user, pid_t *pid,
    const char **failed)
{
	int pair[2], error;

	*failed = "socketpair";
	if (channel_pair(pair) == -1)
		return -1;
	*failed = "fork";
	if ((*pid = command_fork()) == 0)
		dial_child(text, listens, user, pair[1]);
	error = errno;
	(void)close(pair[1]);
	(void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
	if (*pid != -1)
		return pair[0];
	(void)close(pair[0]);
	errno = error;
	return -1;
}

int
dial_read(int fd, struct dial_answer *a, int *fds, int *n)
{
	int got = channel_recv(fd, a, sizeof(*a), fds, n);

	if (got == -1 && errno == EAGAIN)
		return 0;
	if (got != 1)
		*a = (struct dial_answer) { 0 };
	if (got != 1)
		dial_failed(a, ETIMEDOUT, "no name server answers");
	else if ((a->error == 0) != (*n > 0))
		dial_failed(a, EBADMSG, "the answer makes no sense");
	a->why[sizeof(a->why) - 1] = '\0';
	return 1;
}

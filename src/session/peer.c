/* SPDX-License-Identifier: ISC */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "privilege/helper.h"
#include "log.h"
#include "session/peer.h"
#include "signals.h"

#define BACKLOG	     128 /* a storm fills a shorter one: others wait seconds */
#define CONNECT_MS   10000
#define RESOLVE_MS   (RESOLVE_SECONDS * 1000 + 1000) /* the child has ended */
#define UNSENT	     (128 * 1024) /* bytes of the socket buffer not yet sent */
#define DEAD_SECONDS 30

static void
set_flags(int fd)
{
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* Sends small messages at once; keeps the queue of unsent bytes short. */
static void
set_tcp(int fd)
{
	int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
#ifdef TCP_NOTSENT_LOWAT
	int unsent = UNSENT;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent,
	    sizeof(unsent));
#endif
}

void
peer_far(struct peer *peer)
{
	(void)peer;
#ifdef TCP_CONGESTION
	(void)setsockopt(peer->wfd, IPPROTO_TCP, TCP_CONGESTION, "bbr", 3);
#endif
}

void
peer_keepalive(struct peer *peer)
{
	int on = 1, seconds = DEAD_SECONDS / 3, tries = 2;

	if (peer->local.addr_type == ADDR_TYPE_NONE)
		return;
	(void)setsockopt(peer->rfd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
#ifdef TCP_KEEPIDLE /* OpenBSD: sysctl net.inet.tcp.keepidle */
	(void)setsockopt(peer->rfd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds,
	    sizeof(seconds));
	(void)setsockopt(peer->rfd, IPPROTO_TCP, TCP_KEEPINTVL, &seconds,
	    sizeof(seconds));
	(void)setsockopt(peer->rfd, IPPROTO_TCP, TCP_KEEPCNT, &tries,
	    sizeof(tries));
#endif
	/*
	 * Linux sends keepalive probes only while no bytes are under way; other
	 * systems do so when nothing was received (FreeBSD,
	 * sys/netinet/tcp_timer.c).
	 */
#ifdef TCP_USER_TIMEOUT
	unsigned ms = DEAD_SECONDS * 1000;
	(void)setsockopt(peer->rfd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms,
	    sizeof(ms));
#endif
	(void)seconds;
	(void)tries;
}

static void
peer_name_tcp(struct peer *peer)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	char text[ADDR_TEXT];

	if (getsockname(peer->rfd, (struct sockaddr *)&ss, &len) == 0)
		(void)addr_from_sockaddr((struct sockaddr *)&ss, &peer->local,
		    &peer->lport);
	len = sizeof(ss);
	if (getpeername(peer->rfd, (struct sockaddr *)&ss, &len) == 0)
		(void)addr_from_sockaddr((struct sockaddr *)&ss, &peer->remote,
		    &peer->rport);
	if (peer->name[0] == '\0' &&
	    addr_ntop(&peer->remote, text, sizeof(text)) != NULL)
		(void)snprintf(peer->name, sizeof(peer->name), "%s port %u",
		    text, peer->rport);
}

static void
peer_init(struct peer *peer, enum peer_form form, int fd)
{
	memset(peer, 0, sizeof(*peer));
	peer->form = form;
	peer->rfd = peer->wfd = fd;
}

int
peer_dial(struct peer_dial *dial, const char *text)
{
	memset(dial, 0, sizeof(*dial));
	dial->fd = -1;
	dial->text = text;
	if (helper_resolve(&dial->found, &dial->fd, &dial->resolver) == -1) {
		(void)snprintf(dial->why, sizeof(dial->why), "%s",
		    helper_why()[0] != '\0' ? helper_why() : strerror(errno));
		return -1;
	}
	dial->events = POLLIN;
	dial->deadline_ms = clock_ms() + RESOLVE_MS;
	return 0;
}

void
peer_dial_stop(struct peer_dial *dial)
{
	if (dial->fd != -1)
		(void)close(dial->fd);
	dial->fd = -1;
	if (dial->resolver == 0)
		return;
	if (helper_end(dial->resolver, true) == 0)
		while (waitpid(dial->resolver, NULL, 0) == -1 && errno == EINTR)
			;
	dial->resolver = 0;
}

/* 0: resolved, or not yet (then dial->resolver is set); -1: dial->why. */
static int
dial_resolved(struct peer_dial *dial)
{
	bool late = clock_ms() >= dial->deadline_ms;

	if (!late && resolve_read(dial->fd, &dial->found, &dial->got) == 0)
		return 0;
	peer_dial_stop(dial);
	if (!late && dial->found.naddrs > 0)
		return 0;
	(void)snprintf(dial->why, sizeof(dial->why), "%.100s",
	    late ? "no name server answers" : dial->found.why);
	return -1;
}

static socklen_t
sockaddr_len(const struct sockaddr *sa)
{
	return sa->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
					   sizeof(struct sockaddr_in);
}

/* Listens on one address.  A descriptor; -1 errno. */
static int
listen_one(const struct sockaddr *sa)
{
	int fd, on = 1, error;

	if ((fd = socket(sa->sa_family, SOCK_STREAM, 0)) == -1)
		return -1;
	set_flags(fd);
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

static void
listen_say(int fd)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	if (getsockname(fd, (struct sockaddr *)&ss, &len) == 0 &&
	    getnameinfo((struct sockaddr *)&ss, len, host, sizeof(host), port,
		sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		log_info("listening on %s %s", host, port);
}

/*
 * Listens on the first PEER_LISTENERS addresses, without those that this host
 * does not have.  Returns how many descriptors; -1 errno.
 */
static int
listen_all(const struct peer_dial *d, int fds[PEER_LISTENERS])
{
	int i, n = 0;

	errno = EADDRNOTAVAIL;
	for (i = 0; i < d->found.naddrs && n < PEER_LISTENERS; i++) {
		fds[n] = listen_one((const void *)&d->found.addrs[i]);
		if (fds[n] != -1)
			n++;
		else if (errno != EAFNOSUPPORT && errno != EPROTONOSUPPORT &&
		    errno != EADDRNOTAVAIL)
			break;
	}
	if (n > 0 && (n == PEER_LISTENERS || i == d->found.naddrs)) {
		if (i < d->found.naddrs)
			log_info("-s %s: more than %d addresses; listening on "
				 "the first ones",
			    d->text, PEER_LISTENERS);
		return n;
	}
	while (n > 0)
		(void)close(fds[--n]);
	return -1;
}

/*
 * Waits for the addresses.  -1: dial->why; it is empty if a signal ends the
 * process.
 */
static int
listen_resolve(struct peer_dial *d, const char *text)
{
	struct pollfd pfd = { .events = POLLIN };
	int result = peer_dial(d, text);

	while (result == 0 && d->resolver != 0) {
		pfd.fd = d->fd;
		result = signals_poll(&pfd, -1) == -1 ? -1 : dial_resolved(d);
	}
	return result;
}

int
peer_listen(const char *text, int fds[PEER_LISTENERS])
{
	static struct peer_dial dial;
	int i, n;

	if (listen_resolve(&dial, text) == -1) {
		if (dial.why[0] != '\0')
			log_info("-s %s: %s; it must be an address of this "
				 "host",
			    text, dial.why);
		peer_dial_stop(&dial);
		return -1;
	}
	if ((n = listen_all(&dial, fds)) == -1)
		log_errno("-s %s: bind", text);
	for (i = 0; i < n; i++)
		listen_say(fds[i]);
	if (n > 0 && strchr(text, ':') == NULL)
		log_info("-s %s: anybody who reaches this port can connect; "
			 "-s addr:port listens on one address",
		    text);
	return n;
}

bool
peer_is_stranger(const struct peer *peer)
{
	return peer->form == PEER_LISTEN;
}

int
peer_accept(int listener, struct peer *peer)
{
	int fd;

	if ((fd = accept(listener, NULL, NULL)) == -1)
		return -1;
	set_flags(fd);
	set_tcp(fd);
	peer_init(peer, PEER_LISTEN, fd);
	peer_name_tcp(peer);
	return 0;
}

void
peer_stdio(struct peer *peer)
{
	peer_init(peer, PEER_STDIO, STDIN_FILENO);
	peer->wfd = STDOUT_FILENO;
	set_flags(peer->rfd);
	set_flags(peer->wfd);
	(void)snprintf(peer->name, sizeof(peer->name), "standard input");
}

int
peer_exec(struct peer *peer, const char *command)
{
	pid_t pid;
	int fd;

	if ((fd = helper_exec(&pid)) == -1) {
		log_errno("%s: %s", command, helper_failed());
		return -1;
	}
	peer_init(peer, PEER_EXEC, fd);
	set_flags(fd);
	peer->pid = pid;
	(void)snprintf(peer->name, sizeof(peer->name), "%.100s", command);
	return 0;
}

/* Begins to connect to the next address; -1: it failed at once. */
static int
dial_start(struct peer_dial *dial)
{
	const struct sockaddr *sa;

	sa = (const struct sockaddr *)&dial->found.addrs[dial->next++];
	if ((dial->fd = socket(sa->sa_family, SOCK_STREAM, 0)) == -1)
		return -1;
	set_flags(dial->fd);
	set_tcp(dial->fd);
	dial->events = POLLOUT;
	dial->deadline_ms = clock_ms() + CONNECT_MS;
	if (connect(dial->fd, sa, sockaddr_len(sa)) == 0 ||
	    errno == EINPROGRESS)
		return 0;
	return -1;
}

/* 1 connected, 0 in progress, -1 errno. */
static int
dial_result(const struct peer_dial *dial)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(dial->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		return -1;
	len = sizeof(ss);
	if (error == 0 &&
	    getpeername(dial->fd, (struct sockaddr *)&ss, &len) == 0)
		return 1;
	if (error == 0 && clock_ms() < dial->deadline_ms)
		return 0;
	errno = error != 0 ? error : ETIMEDOUT;
	return -1;
}

int
peer_dial_next(struct peer_dial *dial, struct peer *peer)
{
	int result;

	if (dial->resolver != 0 &&
	    ((result = dial_resolved(dial)) == -1 || dial->resolver != 0))
		return result;
	for (;;) {
		result = dial->fd == -1 ? -1 : dial_result(dial);
		if (result == 0)
			return 0;
		if (result == 1) {
			peer_init(peer, PEER_CONNECT, dial->fd);
			(void)snprintf(peer->name, sizeof(peer->name), "%.100s",
			    dial->text);
			peer_name_tcp(peer);
			dial->fd = -1;
			return 1;
		}
		if (dial->fd != -1)
			(void)snprintf(dial->why, sizeof(dial->why), "%s",
			    strerror(errno));
		peer_dial_stop(dial);
		if (dial->next == dial->found.naddrs)
			return -1;
		if (dial_start(dial) == -1)
			(void)snprintf(dial->why, sizeof(dial->why), "%s",
			    strerror(errno));
		else
			return 0;
		peer_dial_stop(dial);
	}
}

ssize_t
peer_read(struct peer *peer, void *buf, size_t len)
{
	return read(peer->rfd, buf, len);
}

ssize_t
peer_writev(struct peer *peer, const struct iovec *iov, int n)
{
	if (n == 1)
		return write(peer->wfd, iov->iov_base, iov->iov_len);
	return writev(peer->wfd, iov, n);
}

void
peer_close(struct peer *peer)
{
	if (peer->rfd != -1 && peer->form != PEER_STDIO)
		(void)close(peer->rfd);
	peer->rfd = peer->wfd = -1;
}

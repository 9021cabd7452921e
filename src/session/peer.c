/* SPDX-License-Identifier: ISC */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege/channel.h"
#include "privilege/helper.h"
#include "log.h"
#include "session/peer.h"
#include "signals.h"

#define UNSENT	     (128 * 1024) /* bytes of the socket buffer not yet sent */
#define DEAD_SECONDS 30
#define PATH	     109 /* bytes of a path: Linux, unix(7); BSDs have less */

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
	if (peer->local.addr_type != ADDR_TYPE_NONE)
		(void)helper_far(peer->wfd);
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

/* Fills the path of a unix socket; false: it is none. */
static bool
path_of(int fd, char path[PATH])
{
	struct sockaddr_un sa = { .sun_family = AF_UNSPEC };
	socklen_t len = sizeof(sa);

	if (getsockname(fd, (struct sockaddr *)&sa, &len) == -1 ||
	    sa.sun_family != AF_UNIX)
		return false;
	(void)snprintf(path, PATH, "%.*s", (int)sizeof(sa.sun_path),
	    sa.sun_path);
	return true;
}

static void
peer_name_path(struct peer *peer, const char *path)
{
	peer->by_path = true;
	(void)snprintf(peer->name, sizeof(peer->name), "%s", path);
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
	dial->text = text;
	if ((dial->fd = helper_dial()) != -1)
		return 0;
	(void)snprintf(dial->why, sizeof(dial->why), "%.60s: %.60s",
	    helper_failed(), strerror(errno));
	return -1;
}

void
peer_dial_stop(struct peer_dial *dial)
{
	if (dial->fd == -1)
		return;
	(void)close(dial->fd);
	dial->fd = -1;
	(void)helper_stop(CHILD_DIAL, NULL);
}

/* As dial_read(), and ends the child.  -1: dial->why. */
static int
dial_answered(struct peer_dial *dial, struct dial_answer *a, int *fds, int *n)
{
	if (dial_read(dial->fd, a, fds, n) == 0)
		return 0;
	peer_dial_stop(dial);
	if (a->error == 0)
		return 1;
	(void)snprintf(dial->why, sizeof(dial->why), "%s", a->why);
	errno = a->error;
	return -1;
}

int
peer_dial_next(struct peer_dial *dial, struct peer *peer)
{
	int fds[CHANNEL_FDS], n, result;
	struct dial_answer a;

	if ((result = dial_answered(dial, &a, fds, &n)) != 1)
		return result;
	set_flags(fds[0]);
	set_tcp(fds[0]);
	peer_init(peer, PEER_CONNECT, fds[0]);
	(void)snprintf(peer->name, sizeof(peer->name), "%.100s", dial->text);
	peer_name_tcp(peer);
	return 1;
}

/* ---- listening ---- */

static void
listen_say(int fd)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	char path[PATH];

	if (path_of(fd, path))
		log_info("listening on %s", path);
	else if (getsockname(fd, (struct sockaddr *)&ss, &len) == 0 &&
	    getnameinfo((struct sockaddr *)&ss, len, host, sizeof(host), port,
		sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		log_info("listening on %s %s", host, port);
}

/*
 * Waits for the sockets.  Returns how many; -1: dial->why; it is empty if a
 * signal ends the process.
 */
static int
listen_wait(struct peer_dial *dial, struct dial_answer *a, int *fds)
{
	struct pollfd pfd = { dial->fd, POLLIN, 0 };
	int n = 0, result = 0;

	while (result == 0)
		if (signals_poll(&pfd, -1) == -1)
			result = -1;
		else
			result = dial_answered(dial, a, fds, &n);
	peer_dial_stop(dial);
	return result == 1 ? n : -1;
}

int
peer_listen(const char *text, int fds[PEER_LISTENERS])
{
	struct peer_dial dial;
	struct dial_answer a = { .resolved = false };
	int i, n = -1;

	if (peer_dial(&dial, text) == 0)
		n = listen_wait(&dial, &a, fds);
	if (n == -1 && a.resolved)
		log_errno("-s %s: bind", text);
	else if (n == -1 && dial.why[0] != '\0')
		log_info("-s %s: %s; it must be an address of this host", text,
		    dial.why);
	for (i = 0; i < n; i++) {
		set_flags(fds[i]);
		listen_say(fds[i]);
	}
	if (n > 0 && a.more)
		log_info("-s %s: more than %d addresses; listening on the "
			 "first ones",
		    text, PEER_LISTENERS);
	return n;
}

bool
peer_listens_open(const int *fds, int n)
{
	struct sockaddr_storage ss;
	struct addr addr;
	socklen_t len;
	int i;

	for (i = 0; i < n; i++) {
		len = sizeof(ss);
		if (getsockname(fds[i], (struct sockaddr *)&ss, &len) == 0 &&
		    addr_from_sockaddr((struct sockaddr *)&ss, &addr, NULL) ==
			0 &&
		    !addr_is_loopback(&addr))
			return true;
	}
	return false;
}

bool
peer_is_stranger(const struct peer *peer)
{
	return peer->form == PEER_LISTEN && !peer->by_path;
}

int
peer_accept(int listener, struct peer *peer)
{
	char path[PATH];
	int fd;

	if ((fd = accept(listener, NULL, NULL)) == -1)
		return -1;
	set_flags(fd);
	set_tcp(fd);
	peer_init(peer, PEER_LISTEN, fd);
	if (path_of(listener, path))
		peer_name_path(peer, path);
	else
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
peer_exec(struct peer *peer, const char *command, int *err)
{
	int fd;

	if ((fd = helper_exec(err)) == -1) {
		log_errno("%s: %s", command, helper_failed());
		return -1;
	}
	peer_init(peer, PEER_EXEC, fd);
	set_flags(fd);
	set_flags(*err);
	(void)snprintf(peer->name, sizeof(peer->name), "%.100s", command);
	return 0;
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

/* SPDX-License-Identifier: ISC */
/*
 * The helper is a child of the relay, and ends when the relay's end of the
 * channel is closed, so also when the relay was killed.  A signal to the whole
 * process group is for the relay: the helper goes on until the relay has ended.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "privilege/channel.h"
#include "privilege/request.h"
#include "privilege/serve.h"
#include "signals.h"

static int channel = -1; /* the relay's end */

/* ---- the helper ---- */

/* Sends the answer; what it only passes on is closed here. */
static int
answer_send(int to, const struct answer *a)
{
	int fds[ANSWER_FDS], i, n = 0, result;

	for (i = 0; i < ANSWER_FDS; i++)
		if (a->fds[i] != -1)
			fds[n++] = a->fds[i];
	result = channel_send(to, a, sizeof(*a), fds, n);
	for (i = a->slot != -1; i < n; i++)
		(void)close(fds[i]);
	return result;
}

/* Answers one request.  False: the relay has ended, or speaks nonsense. */
static bool
serve_one(int from)
{
	static struct request request;
	static struct answer answer;
	int fds[CHANNEL_FDS], n, i, got;

	got = channel_recv(from, &request, sizeof(request), fds, &n);
	if (got == 0 || (got == -1 && errno != EMFILE))
		return false;
	(void)request_call(&request, n > 0 ? fds[0] : -1, &answer);
	for (i = 0; i < n; i++)
		(void)close(fds[i]);
	return answer_send(from, &answer) == 0;
}

/* Waits for requests, and for changes of interfaces. */
static void
serve(int from)
{
	struct pollfd pfd[2];
	uint64_t due, now;

	do {
		pfd[0] = (struct pollfd) { from, POLLIN, 0 };
		request_poll(&pfd[1], &due);
		now = clock_ms();
		if (poll(pfd, 2,
			due == UINT64_MAX ? -1 :
			    due > now	  ? (int)(due - now) :
					    0) == -1)
			continue;
		request_turn(&pfd[1]);
	} while (pfd[0].revents == 0 || serve_one(from));
}

static void
serve_process(int from, const struct options *opt)
{
	struct answer first = { .fds = { -1, -1, -1 }, .slot = -1 };

	process_title("helper");
	signals_leave();
	/* whoever reads our standard output waits for the relay alone */
	from = command_keep(from);
	(void)open("/dev/null", O_RDWR);
	(void)open("/dev/null", O_RDWR);
	if (request_open(opt) == -1)
		first.result = ECANCELED; /* it has logged why */
	if (answer_send(from, &first) == 0 && first.result == 0)
		serve(from);
	request_close();
	_exit(0);
}

/* ---- the relay's end ---- */

/* Gives the answer's descriptors their numbers in this process. */
static int
answer_take(struct answer *a, const int *fds, int n)
{
	int i, used = 0;

	for (i = 0; i < ANSWER_FDS; i++)
		if (a->fds[i] != -1)
			a->fds[i] = used < n ? fds[used++] : -1;
	if (used == n)
		return 0;
	errno = EBADMSG;
	return -1;
}

static int
answer_lost(struct answer *a)
{
	memset(a, 0, sizeof(*a));
	memset(a->fds, -1, sizeof(a->fds));
	a->slot = -1;
	(void)snprintf(a->why, sizeof(a->why), "the helper process has ended");
	errno = a->result = EPIPE;
	return -1;
}

static int
answer_wait(struct answer *a)
{
	int fds[CHANNEL_FDS], n;
	int got = channel_recv(channel, a, sizeof(*a), fds, &n);

	if (got == -1 && errno == EMFILE) {
		memset(a->fds, -1, sizeof(a->fds));
		(void)snprintf(a->failed, sizeof(a->failed), "recvmsg");
		a->result = EMFILE;
	} else if (got != 1 || answer_take(a, fds, n) == -1)
		return answer_lost(a);
	errno = a->result;
	return a->result == 0 ? 0 : -1;
}

int
serve_ask(const struct request *r, int fd, struct answer *a)
{
	if (channel_send(channel, r, sizeof(*r), &fd, fd != -1) == -1)
		return answer_lost(a);
	return answer_wait(a);
}

int
serve_fd(void)
{
	return channel;
}

int
serve_begin(const struct options *opt)
{
	static struct answer first;
	int pair[2];
	pid_t pid;

	if (channel_pair(pair) == -1) {
		log_errno("socketpair");
		return -1;
	}
	if ((pid = fork()) == -1) {
		log_errno("fork");
		(void)close(pair[0]);
		(void)close(pair[1]);
		return -1;
	}
	if (pid == 0) {
		(void)close(pair[0]);
		serve_process(pair[1], opt);
	}
	(void)close(pair[1]);
	channel = pair[0];
	if (answer_wait(&first) == 0)
		return 0;
	if (errno == EPIPE)
		log_info("%s", first.why);
	serve_end();
	return -1;
}

void
serve_end(void)
{
	char byte;

	if (channel == -1)
		return;
	(void)shutdown(channel, SHUT_WR);
	while (recv(channel, &byte, 1, 0) == -1 && errno == EINTR)
		;
	(void)close(channel);
	channel = -1;
}

/* SPDX-License-Identifier: ISC */
/*
 * Messages and descriptors between relay and helper, and the helper as a
 * process: how it ends, and what the relay sees then.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "privilege/channel.h"
#include "privilege/helper.h"
#include "privilege/request.h"

#define DEADLINE 20 /* seconds; only a failure takes so long */
#define MANY	 (CHANNEL_FDS + 4)

static int pair[2];

/* How many descriptors this process has. */
static int
open_count(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

static int
setup(void **state)
{
	(void)state;
	(void)alarm(DEADLINE);
	return channel_pair(pair);
}

static int
teardown(void **state)
{
	(void)state;
	if (pair[0] != -1)
		(void)close(pair[0]);
	if (pair[1] != -1)
		(void)close(pair[1]);
	return 0;
}

static void
test_sizes(void **state)
{
	static struct answer sent, got;
	int fds[CHANNEL_FDS], n = 4711;
	char byte = 'x', back = 0;

	(void)state;
	assert_true(fcntl(pair[0], F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(pair[1], F_GETFD) & FD_CLOEXEC);
	memset(&sent, 'a', sizeof(sent));
	/* both wait, with their bounds, until somebody reads */
	assert_int_equal(channel_send(pair[0], &sent, sizeof(sent), NULL, 0),
	    0);
	assert_int_equal(channel_send(pair[0], &byte, 1, NULL, 0), 0);
	assert_int_equal(channel_recv(pair[1], &got, sizeof(got), fds, &n), 1);
	assert_int_equal(n, 0);
	assert_memory_equal(&got, &sent, sizeof(got));
	assert_int_equal(channel_recv(pair[1], &back, 1, fds, &n), 1);
	assert_int_equal(back, 'x');
}

/* Sends n descriptors of one pipe with a message of 4 bytes. */
static void
pipe_send(int n)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(MANY * sizeof(int))];
	} control = { .bytes = { 0 } };
	char text[4] = "abc";
	struct iovec iov = { text, sizeof(text) };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int)) };
	struct cmsghdr *cm = CMSG_FIRSTHDR(&msg);
	int fds[2], all[MANY], i;

	assert_int_equal(pipe(fds), 0);
	for (i = 0; i < n; i++)
		all[i] = fds[0];
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
	memcpy(CMSG_DATA(cm), all, (size_t)n * sizeof(int));
	assert_int_equal(sendmsg(pair[0], &msg, MSG_EOR), sizeof(text));
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void
test_descriptors(void **state)
{
	int before = open_count(), pipes[2], fds[CHANNEL_FDS], all[CHANNEL_FDS];
	struct stat want, got;
	char text[4];
	int i, n, count;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(fstat(pipes[0], &want), 0);
	for (i = 0; i < CHANNEL_FDS; i++)
		all[i] = pipes[0];
	for (count = 0; count <= CHANNEL_FDS; count++) {
		assert_int_equal(channel_send(pair[0], "abc", 4, all, count),
		    0);
		assert_int_equal(channel_recv(pair[1], text, 4, fds, &n), 1);
		assert_int_equal(n, count);
		for (i = 0; i < n; i++) {
			assert_true(fcntl(fds[i], F_GETFD) & FD_CLOEXEC);
			assert_int_equal(fstat(fds[i], &got), 0);
			assert_int_equal(got.st_ino, want.st_ino);
			(void)close(fds[i]);
		}
	}
	(void)close(pipes[0]);
	(void)close(pipes[1]);
	assert_int_equal(open_count(), before);
}

/* Receives a message of this size, which fails; nothing stays open. */
static void
assert_failed(size_t size, int error)
{
	int before = open_count(), fds[CHANNEL_FDS], n = 4711;
	char text[16];

	assert_int_equal(channel_recv(pair[1], text, size, fds, &n), -1);
	assert_int_equal(errno, error);
	assert_int_equal(n, 0);
	assert_int_equal(open_count(), before);
}

static void
test_too_many(void **state)
{
	(void)state;
	pipe_send(MANY);
	assert_failed(4, EMFILE);
}

static void
test_other_size(void **state)
{
	(void)state;
	pipe_send(2);
	assert_failed(3, EBADMSG);
	pipe_send(CHANNEL_FDS);
	assert_failed(5, EBADMSG);
	pipe_send(MANY);
	assert_failed(3, EBADMSG);
	pipe_send(1);
	assert_failed(16, EBADMSG);
}

static void
test_end(void **state)
{
	int fds[CHANNEL_FDS], n;
	char text[4];

	(void)state;
	(void)close(pair[0]);
	pair[0] = -1;
	assert_int_equal(channel_recv(pair[1], text, 4, fds, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(channel_send(pair[1], "abc", 4, NULL, 0), -1);
	assert_int_equal(errno, EPIPE);
}

/* ---- the helper ---- */

/* Starts a helper, and a command of -e, which tells the helper's process. */
static pid_t
helper_start(int *command)
{
	static struct options words = { .role = ROLE_SLAVE,
		.form = PEER_EXEC,
		.peer = "echo $PPID; exec cat",
		.interface = "lo" };
	char line[32] = "";
	int err;

	(void)alarm(DEADLINE);
	(void)unsetenv("SUDO_UID");
	(void)unsetenv("DOAS_USER");
	assert_int_equal(helper_open(&words), 0);
	assert_int_not_equal(*command = helper_exec(&err), -1);
	assert_int_not_equal(err, -1);
	(void)close(err);
	assert_true(read(*command, line, sizeof(line) - 1) > 1);
	assert_int_not_equal(atoi(line), getpid());
	return (pid_t)atoi(line);
}

/* Waits until a helper ends by itself, with status 0. */
static void
helper_exits(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Its other end is closed: it ends. */
static void
test_helper_closed(void **state)
{
	int before = open_count(), command;
	pid_t pid = helper_start(&command);

	(void)state;
	helper_close();
	helper_exits(pid);
	assert_int_equal(helper_fd(), -1);
	(void)close(command);
	assert_int_equal(open_count(), before);
}

/* After the end of the helper every request fails, and says why. */
static void
assert_lost(void)
{
	struct pollfd pfd = { helper_fd(), POLLIN, 0 };
	struct params params;
	int status, err;

	assert_int_equal(poll(&pfd, 1, -1), 1);
	assert_int_equal(helper_read(&params), -1);
	assert_int_equal(errno, EPIPE);
	assert_string_equal(helper_why(), "the helper process has ended");
	assert_int_equal(helper_exec(&err), -1);
	assert_int_equal(errno, EPIPE);
	assert_true(helper_ended(CHILD_COMMAND, &status));
	helper_close();
	assert_int_equal(helper_fd(), -1);
}

static void
test_helper_killed(void **state)
{
	int command, status;
	pid_t pid = helper_start(&command);

	(void)state;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_lost();
	(void)close(command);
}

/* A message that is no request, shorter or longer: the helper ends. */
static void
test_helper_nonsense(void **state)
{
	static char bytes[sizeof(struct request) + 1];
	const size_t sizes[] = { 1, sizeof(struct request) - 1,
		sizeof(struct request) + 1 };
	int command;
	pid_t pid;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		pid = helper_start(&command);
		assert_int_equal(channel_send(helper_fd(), bytes, sizes[i],
				     NULL, 0),
		    0);
		helper_exits(pid);
		assert_lost();
		(void)close(command);
	}
}

/* Signals to the whole process group are for the relay. */
static void
test_helper_signals(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	int command, status;
	pid_t pid = helper_start(&command);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		assert_int_equal(kill(pid, signals[i]), 0);
		assert_false(helper_ended(CHILD_COMMAND, &status));
	}
	helper_close();
	helper_exits(pid);
	(void)close(command);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sizes),
		TEST(test_descriptors),
		TEST(test_too_many),
		TEST(test_other_size),
		TEST(test_end),
		cmocka_unit_test(test_helper_closed),
		cmocka_unit_test(test_helper_killed),
		cmocka_unit_test(test_helper_nonsense),
		cmocka_unit_test(test_helper_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

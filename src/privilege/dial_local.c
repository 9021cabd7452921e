/* SPDX-License-Identifier: ISC */
/*
 * Unix sockets.  Nothing here waits for others, so the helper itself does it,
 * with the rights of the user who called sudo or doas: root must not remove or
 * make what that user could not.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege/channel.h"
#include "privilege/command.h"
#include "privilege/dial.h"

#define BACKLOG 128

static struct {
	const char *path; /* of our listening socket; NULL: none */
	dev_t dev;
	ino_t ino;
} made;

static struct sockaddr_un
sockaddr_of(const char *path)
{
	struct sockaddr_un sa;

	memset(&sa, 0, sizeof(sa));
	sa.sun_family = AF_UNIX;
	(void)snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
	return sa;
}

static int
close_failed(int fd)
{
	int error = errno;

	(void)close(fd);
	errno = error;
	return -1;
}

/* A descriptor; -1 errno (EAGAIN: its queue is full). */
static int
local_connect(const char *path)
{
	struct sockaddr_un sa = sockaddr_of(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd != -1 && connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == -1)
		return close_failed(fd);
	return fd;
}

/* Removes a socket that nobody listens on any more. */
static void
local_remove_stale(const char *path)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) == -1 || !S_ISSOCK(st.st_mode))
		return;
	if ((fd = local_connect(path)) != -1)
		(void)close(fd);
	else if (errno == ECONNREFUSED)
		(void)unlink(path);
}

/* A descriptor, of a socket that its owner alone can use; -1 errno. */
static int
local_listen(const char *path)
{
	struct sockaddr_un sa = sockaddr_of(path);
	mode_t before;
	struct stat st;
	int fd, result;

	local_remove_stale(path);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	before = umask(S_IXUSR | S_IRWXG | S_IRWXO);
	result = bind(fd, (struct sockaddr *)&sa, sizeof(sa));
	(void)umask(before);
	if (result == -1)
		return close_failed(fd);
	if (lstat(path, &st) == 0) {
		made.path = path;
		made.dev = st.st_dev;
		made.ino = st.st_ino;
	}
	return listen(fd, BACKLOG) == 0 ? fd : close_failed(fd);
}

/* A descriptor for dial_read(), with this answer; -1 errno. */
static int
answered(const struct dial_answer *a, int fd, const char **failed)
{
	int pair[2], result;

	*failed = "socketpair";
	if (channel_pair(pair) == -1)
		return -1;
	*failed = "sendmsg";
	(void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
	result = channel_send(pair[1], a, sizeof(*a), &fd, fd != -1);
	(void)close_failed(pair[1]);
	return result == 0 ? pair[0] : close_failed(pair[0]);
}

int
dial_local(const char *path, bool listens, const char **failed)
{
	struct dial_answer a = { .resolved = true };
	int fd, result;

	*failed = "user of SUDO_UID, DOAS_USER";
	if (command_as_invoker() == -1)
		return -1;
	fd = listens ? local_listen(path) : local_connect(path);
	command_as_before();
	if (fd == -1) {
		a.error = errno;
		(void)snprintf(a.why, sizeof(a.why), "%s", strerror(errno));
	}
	result = answered(&a, fd, failed);
	if (fd != -1)
		(void)close_failed(fd);
	return result;
}

void
dial_local_end(void)
{
	struct stat st;

	if (made.path == NULL || command_as_invoker() == -1)
		return;
	if (lstat(made.path, &st) == 0 && st.st_dev == made.dev &&
	    st.st_ino == made.ino)
		(void)unlink(made.path);
	made.path = NULL;
	command_as_before();
}

/* SPDX-License-Identifier: ISC */
/*
 * Each message is one datagram with lines "NAME=value".  NOTIFY_SOCKET is a
 * path, or '@' and a name in Linux's abstract namespace (sd_notify(3)).  We
 * connect at the start, while the path can be reached.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "notify.h"

static int manager = -1;

static int
notify_connect(const char *name)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	int fd;

	if ((name[0] != '/' && name[0] != '@') || len >= sizeof(sun.sun_path)) {
		log_info("NOTIFY_SOCKET=%s: no path of a socket", name);
		return -1;
	}
	memcpy(sun.sun_path, name, len);
	if (name[0] == '@')
		sun.sun_path[0] = '\0';
	if ((fd = socket(AF_UNIX, SOCK_DGRAM, 0)) != -1 &&
	    connect(fd, (struct sockaddr *)&sun,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) == 0)
		return fd;
	log_errno("NOTIFY_SOCKET=%s", name);
	if (fd != -1)
		(void)close(fd);
	return -1;
}

void
notify_open(void)
{
	const char *name = getenv("NOTIFY_SOCKET");

	if (name == NULL)
		return;
	if ((manager = notify_connect(name)) != -1)
		(void)fcntl(manager, F_SETFD, FD_CLOEXEC);
	(void)unsetenv("NOTIFY_SOCKET");
}

void
notify(const char *what, const char *fmt, ...)
{
	char text[512], status[2048], line[sizeof(status) + 64];
	va_list ap;
	int n;

	if (manager == -1)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)log_escape(status, sizeof(status), text, strlen(text));
	n = snprintf(line, sizeof(line), "%sSTATUS=%s", what, status);
	/* do not wait for a busy manager */
	(void)send(manager, line, (size_t)n, MSG_DONTWAIT);
}

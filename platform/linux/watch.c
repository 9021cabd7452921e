/* SPDX-License-Identifier: ISC */
/*
 * Tells that parameters of an interface may have changed, by an rtnetlink(7)
 * socket in the multicast groups of links and addresses, which needs no right.
 * The contents of a message are ignored: they may be old when it is read, and
 * other messages may be lost (ENOBUFS).  So the caller reads all parameters
 * again.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <linux/rtnetlink.h>
#include <errno.h>
#include <unistd.h>

#include "port/params.h"

#define WATCH_MAX 4096 /* messages that one call reads at most */

int
params_watch(void)
{
	struct sockaddr_nl groups = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
		    RTMGRP_IPV6_IFADDR,
	};
	int fd, error;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    NETLINK_ROUTE);
	if (fd == -1)
		return -1;
	if (bind(fd, (struct sockaddr *)&groups, sizeof(groups)) == 0)
		return fd;
	error = errno;
	(void)close(fd);
	errno = error;
	return -1;
}

bool
params_changed(int watch)
{
	char byte;
	int n;

	for (n = 0; n < WATCH_MAX; n++)
		if (recv(watch, &byte, sizeof(byte), 0) == -1 &&
		    errno != ENOBUFS && errno != EINTR)
			break;
	return n > 0;
}

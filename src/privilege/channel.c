/* SPDX-License-Identifier: ISC */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "privilege/channel.h"

/* FreeBSD's and OpenBSD's default holds no whole message. */
#define ROOM (64 * 1024)

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(CHANNEL_FDS * sizeof(int))];
};

int
channel_pair(int fds[2])
{
	int i, room = ROOM;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == -1)
		return -1;
	for (i = 0; i < 2; i++) {
		(void)setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &room,
		    sizeof(room));
		(void)setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &room,
		    sizeof(room));
	}
	return 0;
}

int
channel_send(int channel, const void *data, size_t size, const int *fds, int n)
{
	union control control = { .bytes = { 0 } };
	struct iovec iov = { (void *)(uintptr_t)data, size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cm;
	ssize_t sent;

	if (n > 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int));
		cm = CMSG_FIRSTHDR(&msg);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
		memcpy(CMSG_DATA(cm), fds, (size_t)n * sizeof(int));
	}
	do
		sent = sendmsg(channel, &msg, MSG_EOR | MSG_NOSIGNAL);
	while (sent == -1 && errno == EINTR);
	return sent == (ssize_t)size ? 0 : -1;
}

/*
 * Copies the message's descriptors to fds.  Returns how many.  FreeBSD leaves
 * cmsg_len as it was sent where it has cut the list short.
 */
static int
descriptors_take(struct msghdr *msg, int fds[CHANNEL_FDS])
{
	struct cmsghdr *cm;
	size_t count, n = 0;

	for (cm = CMSG_FIRSTHDR(msg); cm != NULL; cm = CMSG_NXTHDR(msg, cm)) {
		if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
			continue;
		count = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (count > CHANNEL_FDS - n)
			count = CHANNEL_FDS - n;
		memcpy(fds + n, CMSG_DATA(cm), count * sizeof(int));
		n += count;
	}
	return (int)n;
}

int
channel_recv(int channel, void *data, size_t size, int *fds, int *n)
{
	union control control;
	struct iovec iov = { data, size };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	ssize_t got;

	*n = 0;
	do
		got = recvmsg(channel, &msg, MSG_CMSG_CLOEXEC);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return errno == ECONNRESET ? 0 : -1;
	*n = descriptors_take(&msg, fds);
	if ((size_t)got == size &&
	    (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0)
		return 1;
	while (*n > 0)
		(void)close(fds[--*n]);
	errno = (size_t)got == size && (msg.msg_flags & MSG_TRUNC) == 0 ?
	    EMFILE :
	    EBADMSG;
	return got == 0 ? 0 : -1;
}

/* SPDX-License-Identifier: ISC */
/*
 * What the owner of a port may still ask of its descriptors once its rights are
 * gone.
 */
#ifndef SANDBOX_BSD_H
#define SANDBOX_BSD_H

enum sandbox_descriptor {
	SANDBOX_CAPTURE, /* of capture_acquire() */
	SANDBOX_DOLL, /* of tap_acquire() */
	SANDBOX_VIEW, /* the socket of tap_view() */
};
/*
 * FreeBSD: from now on this descriptor only reads, writes, is polled, and makes
 * the ioctl(2)s of its kind; a duplicate in another process keeps its rights.
 * 0; -1 errno.
 */
int sandbox_limit(int fd, enum sandbox_descriptor);

#endif

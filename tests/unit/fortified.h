/* SPDX-License-Identifier: ISC */
/*
 * With _FORTIFY_SOURCE, as packages are built, glibc makes another name of
 * ppoll().  Included after a test's own ppoll(), so that this is called then.
 */
#ifndef FORTIFIED_H
#define FORTIFIED_H

int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *,
    const sigset_t *, size_t);

int
__ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *ts,
    const sigset_t *mask, size_t size)
{
	(void)size;
	return ppoll(fds, n, ts, mask);
}

#endif

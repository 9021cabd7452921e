/* SPDX-License-Identifier: ISC */
/*
 * For functions that make a descriptor in several steps.
 */
#ifndef ACQUIRE_H
#define ACQUIRE_H

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "privilege/platform.h"

/* A step has failed: names its call and closes fd.  Returns -1, keeps errno. */
static inline int
acquire_fail(int fd, char failed[PLATFORM_CALL], const char *call)
{
	int error = errno;

	(void)snprintf(failed, PLATFORM_CALL, "%s", call);
	if (fd != -1)
		(void)close(fd);
	errno = error;
	return -1;
}

#endif

/* SPDX-License-Identifier: ISC */
/*
 * Functions that kernel.c (rows), calls.c (calls) and world.c (errno, clock and
 * log) share.
 */
#ifndef CALLS_H
#define CALLS_H

#include "kernel.h"

#define KERNEL_FD 100 /* descriptors in tables begin here */

/* Fails the test, or ends kernel_failure(). */
void kernel_fail(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* Returns the row for this call, which must be the next one. */
const struct kernel_call *kernel_next(const struct kernel_call *made);
void kernel_argument(const struct kernel_call *, const void *arg, size_t len);
void kernel_give(const struct kernel_call *, void *arg, size_t room);
long kernel_return(const struct kernel_call *);
/* the same for those that open and close a descriptor */
long kernel_opens(const struct kernel_call *);
long kernel_closes(const struct kernel_call *);

/* An ioctl's number has the argument's length (all three, sys/ioccom.h). */
static inline size_t
ioctl_len(const struct kernel_call *c)
{
	return c->number >> 16 & 0x1fff;
}

void world_begin(void);
/* Whether the helper calls, not the relay: one process plays both. */
bool world_helps(void);

/* names.c, compiled for the BSD: "ENXIO"; NULL: no errno of this system */
const char *errno_name(int error);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * The end of a command of -e.  Its standard input and output are closed, so
 * it should end by itself, as ssh does; one that hangs or is stopped is told to
 * end, then made to, so that there is never more than one.
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

struct child {
	pid_t pid; /* 0: none is left */
	uint64_t due_ms; /* when it is waited for no longer */
	int told; /* how often it was told to end */
};

/* This one should end now. */
void child_over(struct child *, pid_t);
/* Waits for that, but not long; adds to `why` how it ended. */
void child_wait(struct child *, char *why, size_t size);
/* Waits for it and makes it end: takes 3 seconds at most. */
void child_end(struct child *);
/* Looks after it. */
void child_tick(struct child *, uint64_t now);

#endif

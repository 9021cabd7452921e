/* SPDX-License-Identifier: ISC */
/*
 * Waits for the command of -e to end after its session.  Its standard input and
 * output are closed, so it should end by itself, as ssh does.  A command that
 * hangs gets SIGTERM, then SIGKILL: there is never more than one.
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

struct child {
	pid_t pid; /* 0: none is left */
	uint64_t due_ms; /* when to send the next signal */
	int told; /* signals sent */
};

/* The session of this command is over: it should end now. */
void child_over(struct child *, pid_t);
/* Waits for its end, until due_ms; adds to `why` how it ended. */
void child_wait(struct child *, char *why, size_t size);
/* Waits until it has ended, 3 seconds at most, and sends the signals. */
void child_end(struct child *);
/* Looks whether it has ended; if not, sends the signal that is due. */
void child_tick(struct child *, uint64_t now);

#endif

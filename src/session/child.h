/* SPDX-License-Identifier: ISC */
/*
 * Waits for the command of -e to end after its session.  Its standard input and
 * output are closed, so it should end by itself, as ssh does.  A command that
 * hangs gets SIGTERM, then SIGKILL: there is never more than one.
 */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct child {
	bool running;
	uint64_t due_ms; /* when to send the next signal */
	int told; /* signals sent */
};

/* The session of the command is over: it should end now. */
void child_over(struct child *);
/*
 * Looks whether it has ended, and adds to `why' how (NULL: nobody asks); if it
 * has not, sends the signal that is due.
 */
void child_tick(struct child *, uint64_t now, char *why, size_t size);
/* Waits until it has ended, 3 seconds at most, and sends the signals. */
void child_end(struct child *);

#endif

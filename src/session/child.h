/* SPDX-License-Identifier: ISC */
/*
 * The command of -e.
 *
 * Its standard error is a pipe: the far end of the session may write there, so
 * each line is escaped.  But while the command has not said a byte of the
 * session, it may ask the user for a password, without a newline: if our
 * standard error is a terminal, what it writes is copied as it is until then.
 *
 * After its session its standard input and output are closed, so it should end
 * by itself, as ssh does.  A command that hangs gets SIGTERM, then SIGKILL:
 * there is never more than one.
 */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct child {
	bool running; /* its session is over, and it should end */
	uint64_t due_ms; /* when to send the next signal */
	int told; /* signals sent */

	int err; /* its standard error; -1: closed */
	bool asks; /* its standard error is copied as it is */
	size_t len; /* bytes of a line that is not complete */
	char line[1000];
};

/* There is no command. */
void child_init(struct child *);
/* A command was started. */
void child_begin(struct child *, int err);
/* Reads its standard error, when there is something to read. */
void child_hear(struct child *);
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

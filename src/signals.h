/* SPDX-License-Identifier: ISC */
/*
 * Signals.  The handler writes each signal into a pipe, which the relay's loop
 * reads.  SIGINT, SIGTERM and SIGHUP end the process; SIGUSR1, and SIGINFO
 * where it exists, ask for the counters.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <poll.h>

/* Begins to catch signals.  0; -1: it has logged why. */
int signals_open(void);

/*
 * In the helper: a signal to the whole process group does nothing, and the
 * commands that it starts have the default action.
 */
void signals_leave(void);

/* A descriptor that is readable when a signal has come. */
int signals_fd(void);

/* Takes the next signal from the pipe. */
enum signals {
	SIGNALS_NONE,
	SIGNALS_COUNTERS, /* show the counters */
	SIGNALS_END, /* end the process */
};
enum signals signals_next(void);

/*
 * From now on SIGALRM ends ppoll(2) of the loop (EINTR) every so many
 * milliseconds; 0: no more.
 */
void signals_every(unsigned ms);

/*
 * For waits before the relay's loop runs: poll(2) of one descriptor, or of none
 * (NULL).  Only a signal that ends the process ends the wait: -1, EINTR.
 */
int signals_poll(struct pollfd *, int timeout_ms);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * Signals.  Each goes into a pipe, which the loop reads.  SIGINT, SIGTERM and
 * SIGHUP end the process; SIGUSR1, and SIGINFO where it exists, ask for the
 * counters.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <poll.h>

/* Catches signals from now on.  0; -1: it has said why. */
int signals_open(void);

/* A descriptor that is readable when a signal has come. */
int signals_fd(void);

/* Takes the next signal that has come. */
enum signals {
	SIGNALS_NONE,
	SIGNALS_COUNTERS, /* show the counters */
	SIGNALS_END, /* end the process */
};
enum signals signals_next(void);

/*
 * poll(2) of one descriptor, or of none (NULL), to wait before the loop runs.
 * Only signals that end the process end the wait: -1, EINTR.
 */
int signals_poll(struct pollfd *, int timeout_ms);

#endif

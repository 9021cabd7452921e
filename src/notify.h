/* SPDX-License-Identifier: ISC */
/* Tells a service manager our state, by the protocol of sd_notify(3). */
#ifndef NOTIFY_H
#define NOTIFY_H

#define NOTIFY_STATUS	""
#define NOTIFY_READY	"READY=1\n"
#define NOTIFY_STOPPING "STOPPING=1\n"

/*
 * Connects to the socket that NOTIFY_SOCKET names, if it is set.  Removes the
 * variable from the environment: commands of the user must not speak for us.
 */
void notify_open(void);

/* Sends one datagram: `what' (NOTIFY_*) and a status line for people. */
void notify(const char *what, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif

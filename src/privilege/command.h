/* SPDX-License-Identifier: ISC */
/*
 * Commands of the user (-e, -U), and children of our own.  Only the helper and
 * the functions that it calls start them.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <sys/types.h>
#include <stdbool.h>

#define COMMAND_ENV 5

struct command {
	const char *text; /* for /bin/sh -c */
	int io; /* standard input and output; -1: /dev/null and standard error
		 */
	int ns; /* the network namespace it runs in; -1: ours */
	const char *env[COMMAND_ENV]; /* "NAME=...", NULL: no more */
};

/*
 * Starts a command as the invoking user (SUDO_UID, DOAS_USER), with default
 * signals and no other descriptors.  Returns the process, which the caller
 * waits for; -1: errno, and *failed names the call.  Exit statuses: the shell's
 * (127: not found), 126: the process could not be set up.
 */
pid_t command_start(const struct command *, const char **failed);

/*
 * fork(2) for a child of our own: no signal is blocked in the child, and the
 * signals that we catch are at their defaults.
 */
pid_t command_fork(void);

/*
 * In such a child: closes all descriptors but standard error and this one;
 * returns the new number of this one.
 */
int command_keep(int fd);

/*
 * This process has the rights of the invoking user until command_as_before(),
 * which keeps errno.  0; -1: errno.
 */
int command_as_invoker(void);
void command_as_before(void);

/*
 * Sends SIGTERM or (force) SIGKILL to a process that nobody has waited for yet,
 * or to its process group if it leads one.  0; -1: errno.
 */
int command_end(pid_t, bool force);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * Starts commands of the user (-e, -U) and children of our own.  Only the
 * helper and the functions that it calls do so.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <sys/types.h>
#include <stdbool.h>

#define COMMAND_ENV 5

struct command {
	const char *text; /* for /bin/sh -c */
	int io; /* its standard input and output; -1: input is /dev/null, output
		   is standard error */
	int err; /* its standard error; -1: ours */
	int ns; /* the network namespace it runs in; -1: ours */
	const char *env[COMMAND_ENV]; /* "NAME=...", NULL: no more */
};

/*
 * Starts a command as the invoking user (SUDO_UID, DOAS_USER), with default
 * signals and no other descriptors.  Returns its process, which the caller
 * waits for; -1: errno, and *failed names the call.  The process exits with the
 * shell's status (127: not found), or 126 if it could not be set up.
 */
pid_t command_start(const struct command *, const char **failed);

/*
 * fork(2) for a child of our own: it blocks no signal, and the signals that we
 * catch have their default action there.
 */
pid_t command_fork(void);

/*
 * In such a child: closes all descriptors but standard error and this one;
 * returns the new number of this one.
 */
int command_keep(int fd);

/*
 * command_as_invoker(): gives this process the rights of the invoking user.  0;
 * -1 errno.  command_as_before() takes them back; it leaves errno as it was.
 */
int command_as_invoker(void);
void command_as_before(void);

/*
 * Sends SIGTERM or (force) SIGKILL to a process that nobody has waited for yet,
 * or to its process group if it leads one.  0; -1 errno.
 */
int command_end(pid_t, bool force);

#endif

/* Commands of the user: -e and -U.  Only helper.c starts them. */
#ifndef COMMAND_H
#define COMMAND_H

#include <sys/types.h>
#include <stdbool.h>

#define COMMAND_ENV 5

struct command {
	const char *text; /* for /bin/sh -c */
	int io; /* standard input and output; -1: /dev/null, standard error */
	int ns; /* the network namespace it runs in; -1: ours */
	const char *env[COMMAND_ENV]; /* "NAME=...", NULL: no more */
};

/*
 * Starts it as the invoking user (SUDO_UID, DOAS_USER, the real user), with
 * signals as they are by default and no other descriptors.  The process,
 * which the caller waits for; -1: errno, and *failed says what failed.  Exit
 * statuses: the shell's (127: not found), 126: it could not be set up.
 */
pid_t command_start(const struct command *, const char **failed);

/*
 * Ends one that was not waited for yet, by SIGTERM or (force) SIGKILL, and
 * where it has a process group of its own all that is in it.  0; -1: errno.
 */
int command_end(pid_t, bool force);

#endif

/*
 * Commands of the user, -e and -U, and children of our own.  Only helper.c and
 * what it calls starts them.
 */
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
 * Starts it as the invoking user (SUDO_UID, DOAS_USER), with
 * signals as they are by default and no other descriptors.  The process,
 * which the caller waits for; -1: errno, and *failed says what failed.  Exit
 * statuses: the shell's (127: not found), 126: it could not be set up.
 */
pid_t command_start(const struct command *, const char **failed);

/*
 * fork(2) for a child of our own: in it no signal is blocked, and those that we
 * catch are as they are by default.
 */
pid_t command_fork(void);

/*
 * In such a child: closes all descriptors but standard error and this one,
 * which gets the number that is returned.
 */
int command_keep(int fd);

/*
 * From here on with the rights of the invoking user, until command_as_before(),
 * which leaves errno as it was.  0; -1: errno.
 */
int command_as_invoker(void);
void command_as_before(void);

/*
 * Ends one that was not waited for yet, by SIGTERM or (force) SIGKILL, and
 * where it has a process group of its own all that is in it.  0; -1: errno.
 */
int command_end(pid_t, bool force);

#endif

/* SPDX-License-Identifier: ISC */
/* Starts the parts of the program in order and runs the relay. */
#include <unistd.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>

#include "log.h"
#include "notify.h"
#include "privilege/helper.h"
#include "relay/master.h"
#include "relay/slave.h"
#include "signals.h"

#define INHERITED 1024 /* higher ones are not looked for */

/* Opens descriptors 0, 1 and 2 where they are closed: no file may get them. */
static void
open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd != -1 && fd <= STDERR_FILENO);
	if (fd != -1)
		(void)close(fd);
}

/* Descriptors that whoever started us has left open. */
static bool inherited[INHERITED];

static void
inherited_find(void)
{
	static struct pollfd all[INHERITED];
	long limit = sysconf(_SC_OPEN_MAX); /* poll(2) refuses more entries */
	int fd, n = limit >= 0 && limit < INHERITED ? (int)limit : INHERITED;

	for (fd = 0; fd < n; fd++)
		all[fd].fd = fd;
	if (poll(all, (nfds_t)n, 0) == -1)
		n = 0;
	for (fd = STDERR_FILENO + 1; fd < n; fd++)
		inherited[fd] = (all[fd].revents & POLLNVAL) == 0;
}

/* Closes all that is open and was not opened here.  -w may name one before. */
static void
inherited_close(const struct options *options)
{
	int fd;

	for (fd = STDERR_FILENO + 1; fd < INHERITED; fd++)
		if (inherited[fd])
			(void)close(fd);
	if (options->form == PEER_STDIO)
		return;
	if ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1)
		return;
	(void)dup2(fd, STDIN_FILENO);
	(void)dup2(fd, STDOUT_FILENO);
	(void)close(fd);
}

/* All is open: from now on the helper has the rights.  0; -1. */
static int
rights_leave(const struct options *options)
{
	struct sandbox sandbox = { .what = options->role == ROLE_SLAVE ?
		    SANDBOX_SLAVE :
		    SANDBOX_MASTER,
		.user = options->user,
		.channel = helper_fd() };
	char why[PLATFORM_WHY];

	inherited_close(options);
	if (sandbox_enter(&sandbox, why, sizeof(why)) == -1) {
		log_info("%s", why);
		return -1;
	}
	if (why[0] != '\0')
		log_info("%s", why);
	return 0;
}

int
main(int argc, char *argv[])
{
	static struct options options;
	static struct relay relay;
	int status;

	inherited_find();
	open_standard();
	log_open();
	notify_open();
	if (geteuid() != getuid()) {
		log_info("the set-user-ID bit must not be on this program; use "
			 "sudo or doas");
		return 2;
	}
	options_parse(&options, argc, process_arguments(argc, argv));
	if (signals_open() == -1)
		return 1;
	status = relay_open(&relay,
	    options.role == ROLE_SLAVE ? &side_slave : &side_master, &options);
	if (status == 0)
		status = rights_leave(&options);
	status = status == 0 ? relay_run(&relay) : status == -1;
	notify(NOTIFY_STOPPING, "ending");
	relay_close(&relay);
	return status;
}

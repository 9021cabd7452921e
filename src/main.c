/* SPDX-License-Identifier: ISC */
/* Starts the parts of the program in order and runs the relay. */
#include <unistd.h>
#include <fcntl.h>

#include "log.h"
#include "notify.h"
#include "privilege/platform.h"
#include "relay/master.h"
#include "relay/slave.h"
#include "signals.h"

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

int
main(int argc, char *argv[])
{
	static struct options options;
	static struct relay relay;
	int status;

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
	status = status == 0 ? relay_run(&relay) : status == -1;
	notify(NOTIFY_STOPPING, "ending");
	relay_close(&relay);
	return status;
}

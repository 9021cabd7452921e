/* Start-up in order, signals; the only file that exits. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>

#include "log.h"
#include "notify.h"
#include "relay/relay.h"

/* Descriptors 0, 1 and 2 must not become anything else's. */
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

static void
catch_signals(void)
{
	static const int caught[] = {
		SIGINT,
		SIGTERM,
		SIGHUP,
		SIGUSR1,
#ifdef SIGINFO
		SIGINFO,
#endif
	};
	struct sigaction sa;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	(void)sigemptyset(&sa.sa_mask);
	sa.sa_handler = relay_signal;
	sa.sa_flags = SA_RESTART;
	for (i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		(void)sigaction(caught[i], &sa, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
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
	options_parse(&options, argc, argv);
	if (relay_signals_open() == -1)
		return 1;
	catch_signals();
	status = relay_open(&relay, &options);
	status = status == 0 ? relay_run(&relay) : status == -1;
	notify(NOTIFY_STOPPING, "ending");
	relay_close(&relay);
	return status;
}

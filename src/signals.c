/* SPDX-License-Identifier: ISC */
#include <sys/time.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "signals.h"

static const struct {
	int signo;
	enum signals means;
} caught[] = {
	{ SIGINT, SIGNALS_END },
	{ SIGTERM, SIGNALS_END },
	{ SIGHUP, SIGNALS_END },
	{ SIGUSR1, SIGNALS_COUNTERS },
#ifdef SIGINFO
	{ SIGINFO, SIGNALS_COUNTERS },
#endif
};
#define CAUGHT (sizeof(caught) / sizeof(caught[0]))

static int signals_pipe[2];

static void
signals_handler(int signo)
{
	unsigned char byte = (unsigned char)signo;
	int error = errno;

	(void)!write(signals_pipe[1], &byte, 1);
	errno = error;
}

/* It only ends a system call that waits. */
static void
signals_alarm(int signo)
{
	(void)signo;
}

int
signals_open(void)
{
	struct sigaction sa;
	size_t i;

	if (pipe(signals_pipe) == -1) {
		log_errno("pipe");
		return -1;
	}
	for (i = 0; i < 2; i++) {
		(void)fcntl(signals_pipe[i], F_SETFL, O_NONBLOCK);
		(void)fcntl(signals_pipe[i], F_SETFD, FD_CLOEXEC);
	}
	memset(&sa, 0, sizeof(sa));
	(void)sigemptyset(&sa.sa_mask);
	sa.sa_handler = signals_handler;
	sa.sa_flags = SA_RESTART;
	for (i = 0; i < CAUGHT; i++)
		(void)sigaction(caught[i].signo, &sa, NULL);
	sa.sa_handler = signals_alarm;
	(void)sigaction(SIGALRM, &sa, NULL);
	(void)sigaddset(&sa.sa_mask, SIGALRM);
	(void)sigprocmask(SIG_UNBLOCK, &sa.sa_mask, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	return 0;
}

void
signals_leave(void)
{
	struct sigaction sa;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	(void)sigemptyset(&sa.sa_mask);
	sa.sa_handler = signals_alarm; /* SIG_IGN would be inherited */
	sa.sa_flags = SA_RESTART;
	for (i = 0; i < CAUGHT; i++)
		(void)sigaction(caught[i].signo, &sa, NULL);
	(void)sigaction(SIGQUIT, &sa, NULL);
	(void)sigaction(SIGTSTP, &sa, NULL);
}

int
signals_fd(void)
{
	return signals_pipe[0];
}

enum signals
signals_next(void)
{
	unsigned char byte;
	size_t i;

	while (read(signals_pipe[0], &byte, 1) == 1)
		for (i = 0; i < CAUGHT; i++)
			if (caught[i].signo == byte)
				return caught[i].means;
	return SIGNALS_NONE;
}

void
signals_every(unsigned ms)
{
	struct timeval tv = { (time_t)(ms / 1000),
		(suseconds_t)(ms % 1000) * 1000 };
	struct itimerval every = { tv, tv };

	(void)setitimer(ITIMER_REAL, &every, NULL);
}

/* Every signal that is not blocked ends poll(2), with SA_RESTART too. */
int
signals_poll(struct pollfd *pfd, int timeout_ms)
{
	struct timespec ts = { timeout_ms / 1000,
		(long)(timeout_ms % 1000) * 1000000 };
	sigset_t held;
	size_t i;

	(void)sigprocmask(SIG_BLOCK, NULL, &held);
	for (i = 0; i < CAUGHT; i++)
		if (caught[i].means == SIGNALS_COUNTERS)
			(void)sigaddset(&held, caught[i].signo);
	(void)sigaddset(&held, SIGALRM);
	return ppoll(pfd, pfd != NULL, timeout_ms < 0 ? NULL : &ts, &held);
}

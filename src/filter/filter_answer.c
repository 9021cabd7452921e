/* SPDX-License-Identifier: ISC */
/* The relay's half of a filter that a child compiles. */
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "filter/filter_child.h"

int
filter_read(int fd, struct filter_answer *a, size_t *got)
{
	ssize_t n = read(fd, (uint8_t *)a + *got, sizeof(*a) - *got);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -1;
	*got += (size_t)n;
	if (*got < sizeof(*a))
		return 0;
	a->why[sizeof(a->why) - 1] = '\0';
	if (a->len > FILTER_INSNS || a->base_len > FILTER_INSNS)
		a->len = a->base_len = 0;
	return 1;
}

void
filter_died(int status, char *why, size_t size)
{
	if (WIFSIGNALED(status) &&
	    (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGALRM ||
		WTERMSIG(status) == SIGKILL))
		(void)snprintf(why, size,
		    "compiling it takes too long: more than "
		    "%d s of processor time or %d s in all",
		    FILTER_CPU_SECONDS, FILTER_SECONDS);
	else if (WIFSIGNALED(status))
		(void)snprintf(why, size, "libpcap died of it: %s",
		    strsignal(WTERMSIG(status)));
	else
		(void)snprintf(why, size,
		    "its compilation ended without answer");
}

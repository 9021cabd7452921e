/* SPDX-License-Identifier: ISC */
#include <sys/wait.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "session/child.h"
#include "privilege/helper.h"
#include "log.h"

#define END_MS	2000 /* from end of file to SIGTERM */
#define TOLD_MS 1000 /* from SIGTERM to SIGKILL */

void
child_over(struct child *c, pid_t pid)
{
	c->pid = pid;
	c->due_ms = clock_ms() + END_MS;
	c->told = 0;
}

void
child_wait(struct child *c, char *why, size_t size)
{
	size_t len = strlen(why);
	int status;
	pid_t got;

	while ((got = waitpid(c->pid, &status, WNOHANG)) == 0 &&
	    clock_ms() < c->due_ms)
		(void)poll(NULL, 0, 10);
	if (got == 0)
		return;
	c->pid = 0;
	if (got == -1)
		return;
	if (WIFEXITED(status))
		(void)snprintf(why + len, size - len,
		    "; the command ended with status %d%s", WEXITSTATUS(status),
		    WEXITSTATUS(status) == 127 ?
			": not found there; give the full path" :
			"");
	else if (WIFSIGNALED(status))
		(void)snprintf(why + len, size - len,
		    "; the command ended by signal %d", WTERMSIG(status));
}

void
child_tick(struct child *c, uint64_t now)
{
	if (c->pid == 0)
		return;
	if (waitpid(c->pid, NULL, WNOHANG) != 0) {
		c->pid = 0;
		return;
	}
	if (now < c->due_ms)
		return;
	(void)helper_end(c->pid, c->told++ > 0);
	c->due_ms = now + TOLD_MS;
}

void
child_end(struct child *c)
{
	while (c->pid != 0 && c->told < 2) {
		(void)poll(NULL, 0, 10);
		child_tick(c, clock_ms());
	}
}

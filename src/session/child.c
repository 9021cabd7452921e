/* SPDX-License-Identifier: ISC */
#include <sys/types.h>
#include <sys/wait.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "session/child.h"
#include "privilege/helper.h"

#define END_MS	2000 /* from end of file to SIGTERM */
#define TOLD_MS 1000 /* from SIGTERM to SIGKILL */

void
child_over(struct child *c)
{
	c->running = true;
	c->due_ms = clock_ms() + END_MS;
	c->told = 0;
}

static void
child_say(int status, char *why, size_t size)
{
	size_t len = strlen(why);

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
child_tick(struct child *c, uint64_t now, char *why, size_t size)
{
	int status;

	if (!c->running)
		return;
	if (helper_ended(CHILD_COMMAND, &status)) {
		c->running = false;
		if (why != NULL)
			child_say(status, why, size);
		return;
	}
	if (now < c->due_ms)
		return;
	(void)helper_end(c->told++ > 0);
	c->due_ms = now + TOLD_MS;
}

void
child_end(struct child *c)
{
	while (c->running && c->told < 2) {
		(void)poll(NULL, 0, 10);
		child_tick(c, clock_ms(), NULL, 0);
	}
}

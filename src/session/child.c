/* SPDX-License-Identifier: ISC */
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "session/child.h"
#include "privilege/helper.h"

#define END_MS	2000 /* from end of file to SIGTERM */
#define TOLD_MS 1000 /* from SIGTERM to SIGKILL */
#define READS	16 /* of standard error at the end of a command */

void
child_init(struct child *c)
{
	memset(c, 0, sizeof(*c));
	c->err = -1;
}

void
child_begin(struct child *c, int err)
{
	child_init(c);
	c->err = err;
	c->asks = log_terminal();
}

/* ---- standard error ---- */

/* Logs what there is of a line; ssh(1) ends lines with a carriage return. */
static void
line_end(struct child *c)
{
	if (c->len > 0 && c->line[c->len - 1] == '\r')
		c->len--;
	log_said(c->line, c->len);
	c->len = 0;
}

static void
line_add(struct child *c, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '\n' || c->len == sizeof(c->line))
			line_end(c);
		if (text[i] != '\n')
			c->line[c->len++] = text[i];
	}
}

static void
err_close(struct child *c)
{
	if (c->len > 0)
		line_end(c);
	if (c->err != -1)
		(void)close(c->err);
	c->err = -1;
}

/* Reads once.  False: there is nothing now. */
static bool
err_read(struct child *c)
{
	char text[4096];
	ssize_t n;

	if (c->err == -1)
		return false;
	n = read(c->err, text, sizeof(text));
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		err_close(c);
	else if (n > 0 && c->asks)
		log_write(text, (size_t)n);
	else if (n > 0)
		line_add(c, text, (size_t)n);
	return n > 0;
}

void
child_hear(struct child *c)
{
	(void)err_read(c);
}

/* The command has ended; processes that it has left behind may write on. */
static void
err_end(struct child *c)
{
	int i;

	for (i = 0; i < READS && err_read(c); i++)
		;
	err_close(c);
}

/* ---- its end ---- */

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
	child_hear(c); /* it must not wait for a full pipe */
	if (helper_ended(CHILD_COMMAND, &status)) {
		c->running = false;
		err_end(c);
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

/* SPDX-License-Identifier: ISC */
/* The programs under test, and what they say. */
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "smoke.h"

#define PROGRAMS  16
#define LOG_SHOWN 3000 /* bytes of each log, at most */

static char scratch[128];
static struct program *started[PROGRAMS]; /* those that run */
static char logs[PROGRAMS][sizeof(started[0]->log)];
static int nlogs;
static char text[64 * 1024];

int
scratch_make(void)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(scratch, sizeof(scratch), "%.100s/smoke.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(scratch) != NULL)
		return 0;
	perror(scratch);
	return -1;
}

/* The last lines of a log. */
static void
log_show(const char *path)
{
	FILE *f = fopen(path, "r");
	bool whole; /* the next line is read from its beginning */

	(void)printf("--- %s\n", strrchr(path, '/') + 1);
	if (f == NULL)
		return;
	whole = fseek(f, -LOG_SHOWN, SEEK_END) != 0;
	while (fgets(text, sizeof(text), f) != NULL) {
		if (whole)
			(void)printf("    %s", text);
		whole = true;
	}
	(void)fclose(f);
}

void
scratch_end(bool show)
{
	int i;

	for (i = 0; i < PROGRAMS; i++)
		if (started[i] != NULL)
			program_kill(started[i]);
	for (i = 0; i < nlogs; i++) {
		if (show)
			log_show(logs[i]);
		(void)unlink(logs[i]);
	}
	(void)rmdir(scratch);
}

static void
program_exec(const struct program *p, const char *const *words)
{
	int in = open("/dev/null", O_RDONLY);
	int out = open(p->log, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (in == -1 || out == -1 || dup2(in, STDIN_FILENO) == -1 ||
	    dup2(out, STDOUT_FILENO) == -1 || dup2(out, STDERR_FILENO) == -1)
		_exit(127);
	(void)execv(words[0], (char *const *)(uintptr_t)words);
	(void)fprintf(stderr, "%s: %s\n", words[0], strerror(errno));
	_exit(127);
}

void
program_start(struct program *p, const char *name, const char *const *words)
{
	memset(p, 0, sizeof(*p));
	p->name = name;
	(void)snprintf(logs[nlogs], sizeof(logs[0]), "%s/%d-%s.log", scratch,
	    nlogs + 1, name);
	(void)strcpy(p->log, logs[nlogs]);
	started[nlogs++] = p;
	(void)fflush(stdout);
	if ((p->pid = fork()) == 0)
		program_exec(p, words);
	if (p->pid == -1) {
		perror("fork");
		leave();
	}
}

static void
program_forget(struct program *p)
{
	int i;

	p->pid = 0;
	for (i = 0; i < PROGRAMS; i++)
		if (started[i] == p)
			started[i] = NULL;
}

bool
program_ended(struct program *p)
{
	if (p->pid == 0)
		return true;
	if (waitpid(p->pid, &p->status, WNOHANG) != p->pid)
		return false;
	program_forget(p);
	return true;
}

long
program_mark(const struct program *p)
{
	struct stat st;

	return stat(p->log, &st) == 0 ? (long)st.st_size : 0;
}

/* The first whole line with this text, into .line. */
static bool
line_find(struct program *p)
{
	FILE *f = fopen(p->log, "r");
	bool found = false;
	size_t len;

	if (f != NULL && fseek(f, p->from, SEEK_SET) == 0)
		while (!found && fgets(text, sizeof(text), f) != NULL) {
			len = strlen(text);
			found = len > 0 && strstr(text, p->text) != NULL &&
			    text[len - 1] == '\n';
			if (found)
				(void)snprintf(p->line, sizeof(p->line), "%.*s",
				    (int)len - 1, text);
		}
	if (f != NULL)
		(void)fclose(f);
	return found;
}

/* True, too, when nothing more will be said. */
static bool
said(void *arg)
{
	struct program *p = arg;
	bool over = program_ended(p);

	p->line[0] = '\0';
	return line_find(p) || over;
}

const char *
program_says(struct program *p, long from, const char *wanted)
{
	p->from = from;
	p->text = wanted;
	(void)until(said, p, -1);
	return p->line[0] != '\0' ? p->line : NULL;
}

static bool
ended(void *arg)
{
	return program_ended(arg);
}

void
program_stop(struct program *p)
{
	char what[64];

	if (p->name == NULL) /* never started */
		return;
	if (!program_ended(p))
		(void)kill(p->pid, SIGTERM);
	(void)snprintf(what, sizeof(what), "%s: ends when asked", p->name);
	if (!until(ended, p, -1)) {
		(void)need(false, what, "it still runs");
		program_kill(p);
	} else if (WIFSIGNALED(p->status))
		(void)need(false, what, "expected status 0, seen signal %d",
		    WTERMSIG(p->status));
	else
		(void)need(WEXITSTATUS(p->status) == 0, what,
		    "expected status 0, seen %d", WEXITSTATUS(p->status));
}

void
program_kill(struct program *p)
{
	if (program_ended(p))
		return;
	(void)kill(p->pid, SIGKILL);
	(void)until(ended, p, -1);
}

void
program_freeze(struct program *p)
{
	int status;

	if (program_ended(p) || kill(p->pid, SIGSTOP) == -1)
		return;
	if (waitpid(p->pid, &status, WUNTRACED) == p->pid &&
	    !WIFSTOPPED(status)) {
		p->status = status;
		program_forget(p);
	}
}

void
program_thaw(struct program *p)
{
	if (!program_ended(p))
		(void)kill(p->pid, SIGCONT);
}

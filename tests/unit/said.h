/* SPDX-License-Identifier: ISC */
/* Keeps what the code under test writes to standard error, and counts lines. */
#ifndef SAID_H
#define SAID_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *said_log;

static inline void
said_open(void)
{
	said_log = tmpfile();
	if (said_log == NULL || dup2(fileno(said_log), STDERR_FILENO) == -1)
		abort();
}

/* said_times(): how often this text was written since said_forget(). */
static off_t said_at;

static inline int
said_times(const char *text)
{
	static char all[1 << 20];
	ssize_t n = pread(fileno(said_log), all, sizeof(all) - 1, said_at);
	const char *at = all;
	int times = 0;

	all[n > 0 ? n : 0] = '\0';
	for (; (at = strstr(at, text)) != NULL; at++)
		times++;
	return times;
}

/* Shows all of it, with cmocka's own lines, which go there, too. */
static inline void
said_show(void)
{
	char part[4096];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fileno(said_log), part, sizeof(part), at)) > 0) {
		(void)fwrite(part, 1, (size_t)n, stdout);
		at += n;
	}
}

static inline void
said_forget(void)
{
	said_at = lseek(fileno(said_log), 0, SEEK_END);
}

#endif

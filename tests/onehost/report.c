/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>

#include "clock.h"
#include "log.h"
#include "smoke.h"

static int passed, failed, skipped;

static void
say(const char *verdict, const char *what, const char *fmt, va_list ap)
{
	(void)printf("%s %s", verdict, what);
	if (fmt != NULL) {
		(void)printf(": ");
		(void)vprintf(fmt, ap);
	}
	(void)printf("\n");
	(void)fflush(stdout);
}

static bool
judge(bool good, bool silent, const char *what, const char *fmt, va_list ap)
{
	if (!good) {
		failed++;
		say("FAIL", what, fmt, ap);
	} else if (!silent) {
		passed++;
		say("ok", what, NULL, ap);
	}
	return good;
}

bool
check(bool good, const char *what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)judge(good, false, what, fmt, ap);
	va_end(ap);
	return good;
}

bool
need(bool good, const char *what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)judge(good, true, what, fmt, ap);
	va_end(ap);
	return good;
}

void
skip(const char *what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	skipped++;
	say("skip", what, fmt, ap);
	va_end(ap);
}

int
report_end(void)
{
	(void)printf("%d passed, %d failed, %d skipped\n", passed, failed,
	    skipped);
	return failed;
}

bool
until(bool (*is)(void *), void *arg, int fd)
{
	uint64_t deadline = clock_ms() + DEADLINE_MS;
	struct pollfd pfd = { fd, POLLIN, 0 };

	while (!is(arg)) {
		if (interrupted)
			leave();
		if (clock_ms() >= deadline)
			return false;
		(void)poll(&pfd, 1, 20);
	}
	return true;
}

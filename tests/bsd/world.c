/* SPDX-License-Identifier: ISC */
/*
 * errno and its names, the clock, and the log, whose lines are kept for the
 * test.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../unit/direct.h"
#include "calls.h"

int *__error(void); /* FreeBSD, errno.h */
int *__errno(void); /* OpenBSD, NetBSD */
char *__wrap_strerror(int error);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int kernel_clock_gettime50(clockid_t clock, struct timespec *now)
    __attribute__((alias("__wrap_clock_gettime")));
void __wrap_log_info(const char *fmt, ...);
void __wrap_log_errno(const char *fmt, ...);

static uint64_t clock_ns;
static char said[8192];

void
world_begin(void)
{
	said[0] = '\0';
}

bool
world_helps(void)
{
	return direct_helps;
}

int *
__error(void)
{
	return &errno;
}

int *
__errno(void)
{
	return &errno;
}

char *
__wrap_strerror(int error)
{
	static char text[32];
	const char *name = errno_name(error);

	if (name == NULL)
		kernel_fail("strerror(%d): no errno of this system", error);
	(void)snprintf(text, sizeof(text), "%s", name);
	return text;
}

int
__wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	now->tv_sec = (time_t)(1000000000 + clock_ns / 1000000000);
	now->tv_nsec = (long)(clock_ns % 1000000000);
	return 0;
}

void
kernel_pass(uint64_t ns)
{
	clock_ns += ns;
}

static void
say(const char *fmt, va_list ap, const char *reason)
{
	size_t len = strlen(said);

	(void)vsnprintf(said + len, sizeof(said) - len, fmt, ap);
	len = strlen(said);
	(void)snprintf(said + len, sizeof(said) - len, "%s%s\n",
	    *reason != '\0' ? ": " : "", reason);
}

void
__wrap_log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap, "");
	va_end(ap);
}

void
__wrap_log_errno(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap, __wrap_strerror(errno));
	va_end(ap);
}

const char *
kernel_said(void)
{
	return said;
}

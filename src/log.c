#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "log.h"

#define LIMIT_MS 60000
#define DUMP_ROW 16

int log_level;

static void
log_line(const char *fmt, va_list ap, const char *reason)
{
	char line[1024];

	(void)vsnprintf(line, sizeof(line), fmt, ap);
	(void)fprintf(stderr, "etherpuppet: %s%s%s\n", line,
	    reason != NULL ? ": " : "", reason != NULL ? reason : "");
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(fmt, ap, NULL);
	va_end(ap);
}

void
log_errno(const char *fmt, ...)
{
	va_list ap;
	int error = errno;

	va_start(ap, fmt);
	log_line(fmt, ap, strerror(error));
	va_end(ap);
	errno = error;
}

void
log_debug(int level, const char *fmt, ...)
{
	va_list ap;

	if (level > log_level)
		return;
	va_start(ap, fmt);
	log_line(fmt, ap, NULL);
	va_end(ap);
}

void
log_dump(const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t i;

	for (i = 0; i < len; i++)
		(void)fprintf(stderr, "%s%02x%s",
		    i % DUMP_ROW == 0 ? "etherpuppet:   " : " ", p[i],
		    i % DUMP_ROW == DUMP_ROW - 1 || i == len - 1 ? "\n" : "");
}

bool
log_allowed(struct log_limit *limit)
{
	uint64_t now = clock_ms();

	if (now < limit->next_ms)
		return false;
	limit->next_ms = now + LIMIT_MS;
	return true;
}

uint64_t
clock_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

const char *
log_escape(char *out, size_t size, const void *text, size_t len)
{
	const uint8_t *p = text;
	size_t i, o = 0;

	for (i = 0; i < len && o + 5 <= size; i++) {
		if (p[i] >= 0x20 && p[i] < 0x7f && p[i] != '\\')
			out[o++] = (char)p[i];
		else
			o += (size_t)snprintf(out + o, size - o, "\\x%02x",
			    p[i]);
	}
	out[o] = '\0';
	return out;
}

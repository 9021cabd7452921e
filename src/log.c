#include <sys/types.h>
#include <sys/stat.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define LIMIT_MS 60000
#define DUMP_ROW 16

int log_level;
static bool status_shown;

static void
status_clear(void)
{
	if (status_shown)
		(void)fputs("\r\033[K", stderr);
	status_shown = false;
}

void
log_status(const char *text)
{
	status_clear();
	(void)fputs(text, stderr);
	(void)fflush(stderr);
	status_shown = *text != '\0';
}

static bool journal; /* is what standard error is */

void
log_open(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[64];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) == -1)
		return;
	(void)snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	journal = strcmp(own, stream) == 0;
}

const char *
log_prefix(const char *level)
{
	return journal ? level : "etherpuppet: ";
}

static void
log_line(const char *level, const char *fmt, va_list ap, const char *reason)
{
	char line[1024];

	status_clear();
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	(void)fprintf(stderr, "%s%s%s%s\n", log_prefix(level), line,
	    reason != NULL ? ": " : "", reason != NULL ? reason : "");
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(LOG_INFO, fmt, ap, NULL);
	va_end(ap);
}

void
log_errno(const char *fmt, ...)
{
	va_list ap;
	int error = errno;

	va_start(ap, fmt);
	log_line(LOG_ERROR, fmt, ap, strerror(error));
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
	log_line(LOG_DEBUG, fmt, ap, NULL);
	va_end(ap);
}

void
log_dump(const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t i;

	status_clear();
	for (i = 0; i < len; i++)
		(void)fprintf(stderr, "%s%s%02x%s",
		    i % DUMP_ROW == 0 ? log_prefix(LOG_DEBUG) : "",
		    i % DUMP_ROW == 0 ? "  " : " ", p[i],
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

uint64_t
clock_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
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

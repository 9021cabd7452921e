/* SPDX-License-Identifier: ISC */
#include <sys/types.h>
#include <sys/stat.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

#define LIMIT_MS   60000
#define DUMP_ROW   16
#define LINE	   1024 /* bytes of a message before it is escaped */
#define MORE	   64 /* bytes for the number of lines left out */
#define CLEAR	   "\r\033[K"
#define CLEAR_SIZE (sizeof(CLEAR) - 1)
#define KINDS	   64
#define BURST	   50 /* lines of one kind that may come at once */
#define LINE_MS	   10000 /* between two lines after that */

int log_level;
static bool status_shown;
static bool journal, terminal; /* standard error is one */
static unsigned long lost; /* lines, since the last one was written */
static bool torn; /* only a part of the last line was written */

/*
 * Writes without waiting; returns how many bytes.  The user's shell and ssh
 * share descriptor 2, so it must not get O_NONBLOCK.
 */
static size_t
write_now(const char *text, size_t len)
{
	struct pollfd pfd = { STDERR_FILENO, POLLOUT, 0 };
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		if ((n = poll(&pfd, 1, 0)) == -1 && errno == EINTR)
			continue;
		if (n != 1)
			break;
		n = len - done < PIPE_BUF ? (ssize_t)(len - done) : PIPE_BUF;
		n = write(STDERR_FILENO, text + done, (size_t)n);
		if (n == -1 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	return done;
}

/* True: the whole text is written. */
static bool
write_whole(const char *text, size_t len)
{
	size_t done = write_now(text, len);

	if (done > 0)
		torn = done < len;
	return done == len;
}

static bool
write_lost(void)
{
	char text[128];
	int n = snprintf(text, sizeof(text),
	    "%s%s%lu lines lost: nobody read standard error\n",
	    torn ? "\n" : "", log_prefix(LOG_INFO), lost);

	if (!write_whole(text, (size_t)n))
		return false;
	lost = 0;
	return true;
}

void
log_write(const char *text, size_t len)
{
	int error = errno;
	size_t i;

	if ((lost > 0 && !write_lost()) || !write_whole(text, len))
		for (i = 0; i < len; i++)
			lost += text[i] == '\n';
	errno = error;
}

static size_t
status_clear(char *out)
{
	if (!status_shown)
		return 0;
	status_shown = false;
	memcpy(out, CLEAR, CLEAR_SIZE);
	return CLEAR_SIZE;
}

void
log_status(const char *text)
{
	char out[CLEAR_SIZE + LINE];
	size_t n = status_clear(out);

	n += (size_t)snprintf(out + n, sizeof(out) - n, "%.*s", LINE - 1, text);
	log_write(out, n);
	status_shown = *text != '\0';
}

void
log_open(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[64];
	struct stat st;

	terminal = isatty(STDERR_FILENO);
	if (stream == NULL || fstat(STDERR_FILENO, &st) == -1)
		return;
	(void)snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	journal = strcmp(own, stream) == 0;
}

bool
log_terminal(void)
{
	return terminal;
}

static char begins[4 * 64 + 32] = "etherpuppet: ";

void
log_far(const char *host)
{
	char text[4 * 64 + 1];

	(void)snprintf(begins, sizeof(begins), "etherpuppet(%s): ",
	    log_escape(text, sizeof(text), host, strlen(host)));
}

const char *
log_prefix(const char *level)
{
	return journal ? level : begins;
}

/*
 * Copies printable ASCII and newlines, and all other bytes as \xNN: names of
 * interfaces, files and hosts come from others.  A backslash stays: it may come
 * from log_escape().  Returns the length.
 */
static size_t
line_escape(char *out, size_t size, const char *text)
{
	size_t o = 0;

	for (; *text != '\0' && o + 5 <= size; text++)
		if ((*text >= 0x20 && *text < 0x7f) || *text == '\n')
			out[o++] = *text;
		else
			o += (size_t)snprintf(out + o, size - o, "\\x%02x",
			    (uint8_t)*text);
	return o;
}

static void
log_line(const char *level, const char *fmt, va_list ap, const char *reason,
    uint64_t left_out)
{
	char line[LINE], out[CLEAR_SIZE + 4 * LINE + MORE];
	size_t n = status_clear(out);
	int len;

	n += (size_t)snprintf(out + n, sizeof(out) - n, "%s",
	    log_prefix(level));
	len = vsnprintf(line, sizeof(line), fmt, ap);
	if (reason != NULL && len >= 0 && (size_t)len < sizeof(line))
		(void)snprintf(line + len, sizeof(line) - (size_t)len, ": %s",
		    reason);
	n += line_escape(out + n, sizeof(out) - MORE - 1 - n, line);
	if (left_out > 0)
		n += (size_t)snprintf(out + n, MORE,
		    " (and %" PRIu64 " more like this)", left_out);
	out[n++] = '\n';
	log_write(out, n);
}

void
log_said(const char *text, size_t len)
{
	char out[CLEAR_SIZE + 4 * LINE + MORE];
	size_t n = status_clear(out);

	n += (size_t)snprintf(out + n, sizeof(out) - n, "%s",
	    journal ? LOG_INFO : "");
	(void)log_escape(out + n, sizeof(out) - n - 1, text, len);
	n += strlen(out + n);
	out[n++] = '\n';
	log_write(out, n);
}

/*
 * Lines of one format are one kind.  Each line costs its kind LINE_MS of time;
 * a kind may owe the time of BURST lines.
 */
static struct kind {
	const char *fmt;
	uint64_t paid_ms;
	uint64_t left_out;
} kinds[KINDS];

/* Finds this kind, or the kind that was silent for longest to replace it. */
static struct kind *
kind_find(const char *fmt)
{
	struct kind *k, *quiet = kinds;

	for (k = kinds; k < kinds + KINDS; k++) {
		if (k->fmt == fmt)
			return k;
		if (k->paid_ms < quiet->paid_ms)
			quiet = k;
	}
	*quiet = (struct kind) { .fmt = fmt };
	return quiet;
}

/*
 * False: there were too many lines of this kind.  True: *left_out is how many
 * were left out before this one.
 */
static bool
kind_allowed(const char *fmt, uint64_t *left_out)
{
	struct kind *k = kind_find(fmt);
	uint64_t now = clock_ms();

	if (k->paid_ms > now + (uint64_t)BURST * LINE_MS) {
		k->left_out++;
		return false;
	}
	k->paid_ms = (k->paid_ms > now ? k->paid_ms : now) + LINE_MS;
	*left_out = k->left_out;
	k->left_out = 0;
	return true;
}

void
log_info(const char *fmt, ...)
{
	uint64_t left_out;
	va_list ap;

	if (!kind_allowed(fmt, &left_out))
		return;
	va_start(ap, fmt);
	log_line(LOG_INFO, fmt, ap, NULL, left_out);
	va_end(ap);
}

void
log_report(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(LOG_INFO, fmt, ap, NULL, 0);
	va_end(ap);
}

void
log_errno(const char *fmt, ...)
{
	uint64_t left_out;
	va_list ap;
	int error = errno;

	if (!kind_allowed(fmt, &left_out))
		return;
	va_start(ap, fmt);
	log_line(LOG_ERROR, fmt, ap, strerror(error), left_out);
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
	log_line(LOG_DEBUG, fmt, ap, NULL, 0);
	va_end(ap);
}

void
log_dump(const void *data, size_t len)
{
	const uint8_t *p = data;
	char out[CLEAR_SIZE + 32 + 3 * DUMP_ROW];
	size_t i, n = status_clear(out);

	for (i = 0; i < len; i++) {
		if (i % DUMP_ROW == 0)
			n += (size_t)snprintf(out + n, sizeof(out) - n, "%s ",
			    log_prefix(LOG_DEBUG));
		n += (size_t)snprintf(out + n, sizeof(out) - n, " %02x", p[i]);
		if (i % DUMP_ROW != DUMP_ROW - 1 && i != len - 1)
			continue;
		out[n++] = '\n';
		log_write(out, n);
		n = 0;
	}
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

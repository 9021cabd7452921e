/* SPDX-License-Identifier: ISC */
/*
 * Messages.  Each is one line on standard error, "etherpuppet: ...", and says
 * what failed, on what, why, and what the user can do.  A journal shows itself
 * which program a line is of: there a line begins with its level instead.
 *
 * Nothing waits for the reader of standard error: a line that cannot be written
 * at once is lost, and the number of lost lines goes in front of the next one
 * that can be written.  All but printable ASCII is written as \xNN, wherever it
 * came from.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* -d: 0 none; 1 what sessions do, 2 each message and change, 3 all bytes. */
extern int log_level;

/* Finds out whether standard error is the journal (systemd.exec(5)). */
void log_open(void);

/*
 * Writes a line.  A stranger may cause lines: of one format 50 are written at
 * once, then one in ten seconds, with the number of those left out.
 */
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Appends ": " and strerror(errno); leaves errno as it was. */
void log_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Writes a line that the user has asked for: none is left out. */
void log_report(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(int level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_dump(const void *data, size_t len);

/* Writes whole lines as they are. */
void log_write(const char *text, size_t len);

/*
 * We are the far end of another etherpuppet's command (-e), whose standard
 * error we share: from now on lines begin with "etherpuppet(HOST): ", so that
 * nobody takes them for those of the near end.
 */
void log_far(const char *host);

/* The beginning of a line of this level, for log_write(). */
#define LOG_ERROR "<3>" /* sd-daemon(3) */
#define LOG_INFO  "<6>"
#define LOG_DEBUG "<7>"
const char *log_prefix(const char *level);

/*
 * For a terminal: writes a line that the next one replaces, and that a message
 * clears.  "": only clears it.
 */
void log_status(const char *text);

/*
 * For a line that sums up what has happened since the last such line: true at
 * most once a minute for each struct, which must be all zero at the start.
 */
struct log_limit {
	uint64_t next_ms;
};
bool log_allowed(struct log_limit *);

/*
 * Copies text from a stranger into out, all but printable ASCII as \xNN, cut to
 * size; out is returned.
 */
const char *log_escape(char *out, size_t size, const void *text, size_t len);

#endif

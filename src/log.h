/* SPDX-License-Identifier: ISC */
/*
 * Messages.  Each is one line on standard error, "etherpuppet: ...", and says
 * what failed, on what, why, and what the user can do.  The journal of systemd
 * adds the program's name by itself: there a line begins with its level.
 *
 * The program never waits for the reader of standard error: a line that cannot
 * be written at once is lost, and the next line begins with the number of lost
 * lines.  Every byte but printable ASCII is written as \xNN.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* -d: 0 nothing; 1 steps of sessions; 2 each message, change; 3 all bytes. */
extern int log_level;

/*
 * Finds out whether standard error goes to the journal (systemd.exec(5)), or to
 * a terminal; log_terminal() tells the latter.
 */
void log_open(void);
bool log_terminal(void);

/*
 * Writes a line.  A stranger may cause lines, so each format has a limit: 50
 * lines at once, then one in ten seconds, with the number of those left out.
 */
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Appends ": " and strerror(errno); leaves errno as it was. */
void log_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Writes a line that the user has asked for; there is no limit. */
void log_report(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(int level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_dump(const void *data, size_t len);

/* Writes a line of a command, escaped, without our name and without limit. */
void log_said(const char *text, size_t len);

/* Writes text unchanged. */
void log_write(const char *text, size_t len);

/*
 * For the far end of another etherpuppet's command (-e): both share one
 * standard error.  From now on lines begin with "etherpuppet(HOST): ", so that
 * nobody takes them for lines of the near end.
 */
void log_far(const char *host);

/* Returns the beginning of a line of this level, for log_write(). */
#define LOG_ERROR "<3>" /* sd-daemon(3) */
#define LOG_INFO  "<6>"
#define LOG_DEBUG "<7>"
const char *log_prefix(const char *level);

/*
 * For a terminal: writes a line that the next status line replaces and the next
 * message clears.  "": only clears it.
 */
void log_status(const char *text);

/*
 * For a line that sums up events since the last such line: true at most once a
 * minute for each struct.  The struct must be all zero at the start.
 */
struct log_limit {
	uint64_t next_ms;
};
bool log_allowed(struct log_limit *);

/*
 * Copies text from a stranger into out, every byte but printable ASCII as \xNN;
 * cuts it to size.  Returns out.
 */
const char *log_escape(char *out, size_t size, const void *text, size_t len);

#endif

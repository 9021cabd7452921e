/*
 * Messages.  Each is one line on standard error, "etherpuppet: ...", and says
 * what failed, on what, why, and what the user can do.  A journal shows whose
 * they are: there a line begins with its level instead.
 *
 * Nothing waits for who reads standard error: a line that cannot be written at
 * once is lost, and the next one that can be is preceded by their number.
 * Everything but printable ASCII is written as \xNN, whoever it came from.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0 quiet; 1 what sessions do, 2 each message and change, 3 all bytes (-d). */
extern int log_level;

/* Finds out whether standard error is the journal (systemd.exec(5)). */
void log_open(void);

/*
 * Of one format there are 50 lines at once, then one in ten seconds, with the
 * number of those left out: who causes them may be a stranger.
 */
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Appends ": " and strerror(errno); leaves errno as it was. */
void log_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* For lines that the user has asked for: none is left out. */
void log_report(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(int level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_dump(const void *data, size_t len);

/* Whole lines as they are, for those that are written otherwise. */
void log_write(const char *text, size_t len);

/*
 * We are the far end of somebody's command and share his standard error: lines
 * begin with "etherpuppet(HOST): ", so that they are not taken for his own.
 */
void log_far(const char *host);

/* What a line begins with, for those that are written otherwise. */
#define LOG_ERROR "<3>" /* sd-daemon(3) */
#define LOG_INFO  "<6>"
#define LOG_DEBUG "<7>"
const char *log_prefix(const char *level);

/*
 * For a terminal: a line that stays until the next one takes its place; a
 * message clears it.  "": none.
 */
void log_status(const char *text);

/*
 * For a line that sums up what has happened since the last one: true at most
 * once a minute for each struct, which is all zero at the start.
 */
struct log_limit {
	uint64_t next_ms;
};
bool log_allowed(struct log_limit *);

/*
 * Copies text from a stranger into out, everything outside of printable
 * ASCII as \xNN, cut to size; out is returned.
 */
const char *log_escape(char *out, size_t size, const void *text, size_t len);

#endif

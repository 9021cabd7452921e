/*
 * Messages.  Each is one line on standard error, "etherpuppet: ...", and says
 * what failed, on what, why, and what the user can do.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0 quiet; 1 messages of the protocol, 2 commands, 3 frames, 4 dumps (-d). */
extern int log_level;

void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Appends ": " and strerror(errno); leaves errno as it was. */
void log_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(int level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_dump(const void *data, size_t len);

/* True at most once a minute for each struct; all zero at the start. */
struct log_limit {
	uint64_t next_ms;
};
bool log_allowed(struct log_limit *);

/* Milliseconds of the monotonic clock. */
uint64_t clock_ms(void);

/*
 * Copies text from a stranger into out, everything outside of printable
 * ASCII as \xNN, cut to size; out is returned.
 */
const char *log_escape(char *out, size_t size, const void *text, size_t len);

#endif

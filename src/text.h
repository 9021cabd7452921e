/* SPDX-License-Identifier: ISC */
/* Texts that are put together piece by piece, and numbers read from texts. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What does not fit is cut off; `at` always ends with NUL. */
struct text {
	char *at;
	size_t size, len;
};

/* An empty text in this memory of `size` > 0 bytes. */
struct text text_begin(char *at, size_t size);
void text_add(struct text *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds what a stranger has said, by log_escape(). */
void text_add_escaped(struct text *, const char *said);

/*
 * Reads a decimal number.  False: the text has anything but digits, or its
 * number is not from min to max.
 */
bool text_number(const char *text, uint32_t min, uint32_t max, uint32_t *out);

#endif

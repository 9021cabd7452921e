/* SPDX-License-Identifier: ISC */
/* Builds a text piece by piece; reads a number from a text. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text of at most size - 1 bytes, the rest is cut off; `at` ends with NUL. */
struct text {
	char *at;
	size_t size, len;
};

/* Returns an empty text in this memory of `size` > 0 bytes. */
struct text text_begin(char *at, size_t size);
void text_add(struct text *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds text from a stranger, escaped by log_escape(). */
void text_add_escaped(struct text *, const char *said);

/*
 * Reads a decimal number.  False: the text has a character that is no digit, or
 * the number is not between min and max.
 */
bool text_number(const char *text, uint32_t min, uint32_t max, uint32_t *out);

#endif

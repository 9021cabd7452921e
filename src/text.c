/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "text.h"

struct text
text_begin(char *at, size_t size)
{
	at[0] = '\0';
	return (struct text) { at, size, 0 };
}

void
text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->at + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
	t->len += n > 0 ? (size_t)n : 0;
	if (t->len >= t->size)
		t->len = t->size - 1;
}

void
text_add_escaped(struct text *t, const char *said)
{
	(void)log_escape(t->at + t->len, t->size - t->len, said, strlen(said));
	t->len += strlen(t->at + t->len);
}

bool
text_number(const char *text, uint32_t min, uint32_t max, uint32_t *out)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long long n;

	if (digits == 0 || text[digits] != '\0')
		return false;
	n = strtoull(text, NULL, 10);
	if (n < min || n > max)
		return false;
	*out = (uint32_t)n;
	return true;
}

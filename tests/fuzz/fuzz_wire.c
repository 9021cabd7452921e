/* SPDX-License-Identifier: ISC */
/*
 * Native messages: one that is read, written and read again is the same.
 */
#include "session/session.h"
#include "../unit/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static size_t
write_again(struct codec *c, uint8_t *out, const struct message *m)
{
	size_t n;

	if (m->kind != MSG_FRAME)
		return c->dialect->put(c, out, CONTROL_MAX, m, 0);
	n = c->dialect->head(c, out, &m->frame);
	memcpy(out + n, m->frame.data, m->frame.len);
	return n + m->frame.len;
}

static void
check(struct codec *c, const struct message *m)
{
	static uint8_t out[HEAD_MAX + FRAME_MAX];
	struct text before = { 0 }, after = { 0 };
	size_t n = write_again(c, out, m);

	if (n == 0)
		abort();
	text_message(&before, m);
	if (stream_read(c, out, n, &after) != n ||
	    strcmp(before.at, after.at) != 0)
		abort();
	free(before.at);
	free(after.at);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct codec c = { .dialect = &dialect_native, .timestamps = true };
	struct message m;
	uint8_t *copy = malloc(size + (size == 0));
	char why[64];
	size_t off;
	ssize_t n;

	(void)session_guess(data, size);
	for (off = 0; copy != NULL; off += (size_t)n) {
		memcpy(copy, data, size);
		n = c.dialect->get(&c, copy + off, size - off, &m, why, 64);
		if (n <= 0)
			break;
		if ((size_t)n > size - off)
			abort();
		if (m.kind != MSG_SKIP)
			check(&c, &m);
	}
	free(copy);
	return 0;
}

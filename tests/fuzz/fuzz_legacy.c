/* SPDX-License-Identifier: ISC */
/*
 * The dialects of 0.3 and 0.4: a message that is read, written and read again
 * is the same, in the parts that they can carry.  Bits of the input's first
 * byte: 1 for 0.4, 2 for a slave's side.
 */
#include "../unit/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Removes parts that neither dialect writes: no addresses, ends, large MTUs. */
static void
trim(struct message *m, bool is04)
{
	m->complete = false;
	m->params.have_addrs &= m->params.naddrs > 0;
	if (is04 && m->params.mtu > 65535)
		m->params.mtu = 65535;
}

static void
check_params(const struct codec *c, struct message *m)
{
	struct codec writer = *c,
		     reader = { .dialect = c->dialect,
			     .role = ROLE_SLAVE,
			     .linktype = c->linktype };
	struct text before = { 0 }, after = { 0 };
	struct message again = { .kind = MSG_PARAMS };
	uint8_t out[1024];
	size_t n, off = 0;
	int part = 0;

	trim(m, c->dialect == &dialect_legacy04);
	while (
	    (n = writer.dialect->put(&writer, out + off, 512, m, part++)) > 0)
		off += n;
	reader.record_size = c->record_size;
	if (stream_read(&reader, out, off, &after) != off)
		abort();
	again.params = reader.params;
	trim(&again, false);
	free(after.at);
	after = (struct text) { 0 };
	text_message(&before, m);
	text_message(&after, &again);
	if (off > 0 && strcmp(before.at, after.at) != 0)
		abort();
	free(before.at);
	free(after.at);
}

static void
check_frame(struct codec *c, const struct frame *f)
{
	uint8_t head[HEAD_MAX];

	if (c->dialect->head(c, head, f) != 4 ||
	    memcmp(head, f->data - 4, 2) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct codec c = { .dialect = &dialect_legacy03, .role = ROLE_MASTER };
	struct message m;
	uint8_t *copy = malloc(size + 1);
	char why[64];
	size_t off = 1;
	ssize_t n;

	if (copy == NULL || size == 0)
		goto done;
	if (data[0] & 1)
		c.dialect = &dialect_legacy04;
	if (data[0] & 2)
		c.role = ROLE_SLAVE;
	memcpy(copy, data, size);
	copy = realloc(copy, size);
	while ((n = c.dialect->get(&c, copy + off, size - off, &m, why,
		    sizeof(why))) > 0) {
		if ((size_t)n > size - off)
			abort();
		if (m.kind == MSG_FRAME)
			check_frame(&c, &m.frame);
		else if (m.kind == MSG_PARAMS)
			check_params(&c, &m);
		off += (size_t)n;
	}
done:
	free(copy);
	return 0;
}

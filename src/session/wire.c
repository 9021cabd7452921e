/* SPDX-License-Identifier: ISC */
/*
 * The native dialect, version 1, as etherpuppet(7) describes it.
 *
 * Theory of operation.  A message is eight bytes (type, flags, zero, length)
 * and a body.  Frames are nearly all of the traffic: wire_head() writes the
 * bytes in front of a frame, wire_get() looks for a frame first, and neither
 * copies it.  wire_write.c writes all other bodies and wire_read.c reads them;
 * they are TLVs, but for PING, PONG, BYE, PAD and MARK.
 */
#include <string.h>

#include "bytes.h"
#include "session/wire_body.h"

#define FRAME_OFFLOAD  1
#define FRAME_TIME     2
#define FRAME_OUTBOUND 4
#define FRAME_FLAGS    7
#define OFFLOAD_SIZE   10
#define TIME_SIZE      8

/* Frames */

static inline bool
offload_none(const struct offload *o)
{
	return (o->flags | o->gso | o->hdr_len | o->gso_size | o->csum_start |
		   o->csum_offset) == 0;
}

static uint8_t *
offload_put(uint8_t *out, const struct offload *o)
{
	out[0] = o->flags;
	out[1] = o->gso;
	put16(out + 2, o->hdr_len);
	put16(out + 4, o->gso_size);
	put16(out + 6, o->csum_start);
	put16(out + 8, o->csum_offset);
	return out + OFFLOAD_SIZE;
}

static const uint8_t *
offload_get(const uint8_t *in, struct offload *o)
{
	o->flags = in[0];
	o->gso = in[1];
	o->hdr_len = get16(in + 2);
	o->gso_size = get16(in + 4);
	o->csum_start = get16(in + 6);
	o->csum_offset = get16(in + 8);
	return in + OFFLOAD_SIZE;
}

static size_t
wire_head(struct codec *c, uint8_t out[HEAD_MAX], const struct frame *f)
{
	uint8_t *at = out + WIRE_HEADER;
	unsigned flags = f->outbound ? FRAME_OUTBOUND : 0;

	if (!offload_none(&f->off)) {
		flags |= FRAME_OFFLOAD;
		at = offload_put(at, &f->off);
	}
	if (c->timestamps && f->when_ns != 0) {
		flags |= FRAME_TIME;
		put64(at, f->when_ns);
		at += TIME_SIZE;
	}
	out[0] = TYPE_FRAME;
	out[1] = (uint8_t)flags;
	put16(out + 2, 0);
	put32(out + 4, f->len + (uint32_t)(at - out - WIRE_HEADER));
	return (size_t)(at - out);
}

static void
frame_fill(uint8_t *in, unsigned flags, struct frame *f)
{
	const uint8_t *at = in + WIRE_HEADER;

	if (flags & FRAME_OFFLOAD)
		at = offload_get(at, &f->off);
	else
		memset(&f->off, 0, sizeof(f->off));
	f->when_ns = flags & FRAME_TIME ? get64(at) : 0;
	f->outbound = flags & FRAME_OUTBOUND;
}

static ssize_t
frame_get(uint8_t *in, size_t len, uint32_t n, struct message *m, char *why,
    size_t size)
{
	static const uint8_t sizes[4] = { 0, OFFLOAD_SIZE, TIME_SIZE,
		OFFLOAD_SIZE + TIME_SIZE };
	unsigned flags = in[1];
	uint32_t extra = sizes[flags & (FRAME_OFFLOAD | FRAME_TIME)];

	if (flags & ~FRAME_FLAGS)
		return wire_bad(why, size, "frame with unknown flags 0x%02x",
		    flags);
	if (n < extra || n - extra > FRAME_MAX)
		return wire_bad(why, size, "frame message of %u bytes", n);
	if (len - WIRE_HEADER < n)
		return 0;
	m->kind = MSG_FRAME;
	frame_fill(in, flags, &m->frame);
	m->frame.data = in + WIRE_HEADER + extra;
	m->frame.len = n - extra;
	return WIRE_HEADER + (ssize_t)n;
}

static size_t
wire_put(struct codec *c, uint8_t *out, size_t size, const struct message *m,
    int part)
{
	uint8_t *end;

	(void)c;
	if (part != 0 || size < WIRE_HEADER)
		return 0;
	end = wire_body_write(out + WIRE_HEADER, out + size, m, &out[0]);
	if (end == NULL)
		return 0;
	out[1] = 0;
	put16(out + 2, 0);
	put32(out + 4, (uint32_t)(end - out - WIRE_HEADER));
	return (size_t)(end - out);
}

static ssize_t
wire_get(struct codec *c, uint8_t *in, size_t len, struct message *m, char *why,
    size_t size)
{
	uint32_t n;

	(void)c;
	if (len < WIRE_HEADER)
		return 0;
	n = get32(in + 4);
	if (in[0] == TYPE_FRAME)
		return frame_get(in, len, n, m, why, size);
	if (n > MESSAGE_MAX)
		return wire_bad(why, size, "message of %u bytes", n);
	if (len - WIRE_HEADER < n)
		return 0;
	if (wire_body_read(in[0], in + WIRE_HEADER, n, m, why, size) == -1)
		return -1;
	return WIRE_HEADER + (ssize_t)n;
}

const struct dialect dialect_native = {
	.name = "native 1",
	.magic = WIRE_MAGIC,
	.preamble = true,
	.hello = true,
	.pings = true,
	.params = true,
	.minframe = 1,
	.maxframe = FRAME_MAX,
	.head = wire_head,
	.put = wire_put,
	.get = wire_get,
};

/* The first bytes of a connection */

void
wire_preamble(uint8_t out[WIRE_PREAMBLE])
{
	put32(out, WIRE_MAGIC);
	put16(out + 4, WIRE_VERSION);
	put16(out + 6, 0);
}

int
wire_preamble_read(const uint8_t in[WIRE_PREAMBLE])
{
	return get32(in) == WIRE_MAGIC ? get16(in + 4) : -1;
}

/* SPDX-License-Identifier: ISC */
/*
 * The input is a frame with an offload header: 1 byte for the link type and a
 * flag that corrects the outer IP length (few inputs have a valid one), 1 for
 * capabilities, the ten bytes of the header (big-endian), the frame.  A valid
 * frame must be cut into as many segments as its lengths give, with all payload
 * in order, and the same by UDP segmentation; frame and output have memory of
 * the exact size, for the address sanitizer.
 */
#include <stdlib.h>
#include <string.h>

#include "frame/flow.h"

#define HEAD 12

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
mend_length(struct frame *f, uint32_t ip)
{
	uint32_t at, len;

	if (f->len < ip + 6)
		return;
	at = ip + (f->data[ip] >> 4 == 4 ? 2 : 4);
	len = f->len - ip - (f->data[ip] >> 4 == 4 ? 0 : 40);
	f->data[at] = (uint8_t)(len >> 8);
	f->data[at + 1] = (uint8_t)len;
}

static void
cut_all(const struct frame *f, int linktype)
{
	struct offload_cut cut;
	struct frame out;
	uint8_t *room = malloc(f->len ? f->len : 1);
	uint32_t done = 0;

	must(offload_begin(&cut, f, linktype) == 0);
	while (offload_next(&cut, room, f->len, &out) == 1) {
		uint32_t head = cut.layers.head, part = out.len - head;

		must(out.data == room && out.len <= f->len && out.off.gso == 0);
		must(memcmp(room + head, f->data + head + done, part) == 0);
		must(f->off.gso == 0 || part <= f->off.gso_size);
		done += part;
	}
	must(cut.frame == NULL && cut.layers.head + done == f->len);
	free(room);
}

/* Joined segments of a tunnel, cut again, must be the same segments. */
static void
join_all(const struct frame *f, int linktype)
{
	static uint8_t room[3][FRAME_MAX];
	struct offload_cut alone, together, again;
	struct frame joined, one, other;

	must(offload_begin(&alone, f, linktype) == 0);
	must(offload_begin(&together, f, linktype) == 0);
	while (tunnel_next(&together, room[0], FRAME_MAX, &joined) == 1) {
		must(offload_begin(&again, &joined, linktype) == 0);
		while (offload_next(&again, room[1], FRAME_MAX, &one) == 1) {
			must(offload_next(&alone, room[2], FRAME_MAX, &other));
			must(one.len == other.len &&
			    memcmp(one.data, other.data, one.len) == 0);
		}
	}
	must(offload_next(&alone, room[2], FRAME_MAX, &other) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct frame f = { 0 };
	struct offload_cut cut;
	struct tunnel tunnel;
	int linktype;

	if (len < HEAD)
		return 0;
	linktype = in[0] & 1 ? LINK_RAW : LINK_ETHERNET;
	f.off = (struct offload) { in[2], in[3], get16(in + 4), get16(in + 6),
		get16(in + 8), get16(in + 10) };
	f.len = (uint32_t)(len - HEAD);
	f.data = malloc(f.len ? f.len : 1);
	memcpy(f.data, in + HEAD, f.len);
	if (in[0] & 2)
		mend_length(&f, linktype == LINK_RAW ? 0 : 14);
	if (offload_begin(&cut, &f, linktype) == 0) {
		(void)flow_lacks(&cut, in[1], &tunnel);
		cut_all(&f, linktype);
		join_all(&f, linktype);
	}
	offload_shift(&f.off, (int8_t)in[1]);
	free(f.data);
	return 0;
}

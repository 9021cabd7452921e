/*
 * Theory of operation.  A record is a header of as many bytes as it says
 * itself (the kernel makes it longer than its structure, so that what follows
 * the link-layer header is aligned), the frame, and unless it is the last one
 * bytes up to the next multiple of the alignment, which may be more than there
 * are (FreeBSD, OpenBSD, NetBSD, sys/net/bpf.c, catchpacket()).
 */
#include <string.h>

#include "bpf_records.h"

static uint64_t
field(const uint8_t *at, unsigned bytes)
{
	uint64_t wide;
	uint32_t word;
	uint16_t half;

	switch (bytes) {
	case 8:
		memcpy(&wide, at, sizeof(wide));
		return wide;
	case 4:
		memcpy(&word, at, sizeof(word));
		return word;
	case 2:
		memcpy(&half, at, sizeof(half));
		return half;
	default:
		return *at;
	}
}

static uint64_t
when(const struct bpf_layout *l, const uint8_t *at)
{
	return field(at, l->seconds) * 1000000000 +
	    field(at + l->micros_at, l->micros) * 1000;
}

/* The least that a header has: up to its last field. */
static uint32_t
least(const struct bpf_layout *l)
{
	return l->flags > l->hdrlen ? l->flags + 1u : l->hdrlen + 2u;
}

static void
step(struct bpf_records *r, uint32_t len)
{
	uint32_t align = r->layout->align;

	if (len < r->left)
		len += (align - len % align) % align;
	if (len >= r->left)
		len = r->left;
	r->at += len;
	r->left -= len;
}

int
bpf_records_next(struct bpf_records *r, struct bpf_record *out)
{
	const struct bpf_layout *l = r->layout;
	uint32_t hdrlen, caplen;

	if (r->left == 0)
		return 0;
	if (r->left < least(l)) {
		r->left = 0;
		return -1;
	}
	hdrlen = (uint32_t)field(r->at + l->hdrlen, 2);
	caplen = (uint32_t)field(r->at + l->caplen, 4);
	if (hdrlen < least(l) || hdrlen > r->left ||
	    caplen > r->left - hdrlen) {
		r->left = 0;
		return -1;
	}
	*out = (struct bpf_record) {
		.data = r->at + hdrlen,
		.caplen = caplen,
		.datalen = (uint32_t)field(r->at + l->datalen, 4),
		.when_ns = when(l, r->at),
		.outbound = (field(r->at + l->flags, 1) & l->outbound) != 0,
	};
	step(r, hdrlen + caplen);
	return 1;
}

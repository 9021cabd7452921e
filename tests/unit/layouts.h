/* SPDX-License-Identifier: ISC */
/*
 * The layout of BPF's records on each system, and functions that write records.
 */
#ifndef LAYOUTS_H
#define LAYOUTS_H

#include <string.h>

#include "../../platform/bsd/bpf.h"

#define LAYOUTS	 4
#define OUTBOUND 0x20 /* OpenBSD, net/bpf.h, BPF_F_DIR_OUT */

/* hdrlen: bytes of the header in an Ethernet frame's record. */
static const struct known {
	const char *name;
	struct bpf_layout layout;
	uint16_t hdrlen;
} known[LAYOUTS] = {
	{ "FreeBSD and NetBSD, 64 bits", { 8, 8, 8, 16, 20, 24, 0, 0, 8 }, 26 },
	{ "FreeBSD and NetBSD, 32 bits", { 4, 4, 4, 8, 12, 16, 0, 0, 4 }, 18 },
	{ "FreeBSD, armv7", { 8, 4, 8, 16, 20, 24, 0, 0, 4 }, 26 },
	{ "OpenBSD", { 4, 4, 4, 8, 12, 16, 22, OUTBOUND, 4 }, 30 },
};

struct written {
	uint32_t seconds, micros;
	uint32_t caplen, datalen;
	uint16_t hdrlen;
	uint8_t flags;
};

static inline void
put_field(uint8_t *at, unsigned bytes, uint32_t v)
{
	uint64_t wide = v;

	if (bytes == 8)
		memcpy(at, &wide, sizeof(wide));
	else
		memcpy(at, &v, sizeof(v));
}

static inline void
put_header(const struct bpf_layout *l, uint8_t *at, const struct written *w)
{
	memset(at, 0, w->hdrlen);
	put_field(at, l->seconds, w->seconds);
	put_field(at + l->micros_at, l->micros, w->micros);
	put_field(at + l->caplen, 4, w->caplen);
	put_field(at + l->datalen, 4, w->datalen);
	memcpy(at + l->hdrlen, &w->hdrlen, sizeof(w->hdrlen));
	if (l->flags != 0)
		at[l->flags] = w->flags;
}

#endif

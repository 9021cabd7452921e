/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.
 *
 * Programs.  Each load from the frame gets an offset that is `head' higher, and
 * each load of the frame's length is followed by a new instruction that
 * subtracts `head'.  Jumps over new instructions become longer.
 *
 * Records.  A record is a header, the frame, and padding up to the next
 * multiple of the alignment; behind the last record it may be missing.  The
 * header has its own length in a field: it is longer than the kernel's
 * structure, to align the bytes behind the link-layer header (FreeBSD, OpenBSD,
 * NetBSD, sys/net/bpf.c, catchpacket()).
 */
#include <sys/types.h>
#include <errno.h>
#include <string.h>
#include <pcap.h>

#include "bpf.h"

/* ---- programs ---- */

static bool
is_load(const struct bpf_insn *i, unsigned mode)
{
	return (BPF_CLASS(i->code) == BPF_LD ||
		   BPF_CLASS(i->code) == BPF_LDX) &&
	    BPF_MODE(i->code) == mode;
}

/* How many instructions in this range of the old program become two. */
static unsigned
grown(const struct bpf_program *p, u_int from, u_int to)
{
	unsigned n = 0;

	for (; from < to && from < p->bf_len; from++)
		n += is_load(&p->bf_insns[from], BPF_LEN);
	return n;
}

/* Makes the jump of instruction i longer; false: it cannot jump so far. */
static bool
jump_shift(const struct bpf_program *p, u_int i, struct bpf_insn *out)
{
	const struct bpf_insn *in = &p->bf_insns[i];
	unsigned jt = in->jt + grown(p, i, i + 1 + in->jt);
	unsigned jf = in->jf + grown(p, i, i + 1 + in->jf);

	if (BPF_OP(in->code) == BPF_JA) {
		out->k += grown(p, i, i + 1 + in->k);
		return true;
	}
	out->jt = (u_char)jt;
	out->jf = (u_char)jf;
	return jt <= UINT8_MAX && jf <= UINT8_MAX;
}

int
bpf_program_shift(const struct bpf_program *in, unsigned head,
    struct bpf_insn *out, int max)
{
	const struct bpf_insn sub = BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, head);
	u_int i;
	int n = 0;

	errno = E2BIG;
	if (head == 0 && in->bf_len <= (u_int)max) {
		memcpy(out, in->bf_insns, in->bf_len * sizeof(*out));
		return (int)in->bf_len;
	}
	for (i = 0; i < in->bf_len; i++) {
		const struct bpf_insn *insn = &in->bf_insns[i];

		if (n + 1 + (int)grown(in, i, i + 1) > max)
			return -1;
		out[n] = *insn;
		if (is_load(insn, BPF_ABS) || is_load(insn, BPF_IND) ||
		    is_load(insn, BPF_MSH))
			out[n].k += head;
		if (BPF_CLASS(insn->code) == BPF_JMP &&
		    !jump_shift(in, i, &out[n]))
			return -1;
		n++;
		if (is_load(insn, BPF_LEN))
			out[n++] = sub; /* libpcap loads lengths only into A */
	}
	return n;
}

/* ---- records ---- */

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
record_time(const struct bpf_layout *l, const uint8_t *at)
{
	return field(at, l->seconds) * 1000000000 +
	    field(at + l->micros_at, l->micros) * 1000;
}

/* Bytes of the shortest valid header: it ends behind its last field. */
static uint32_t
header_min(const struct bpf_layout *l)
{
	return l->flags > l->hdrlen ? l->flags + 1u : l->hdrlen + 2u;
}

static void
records_step(struct bpf_records *r, uint32_t len)
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
	if (r->left < header_min(l)) {
		r->left = 0;
		return -1;
	}
	hdrlen = (uint32_t)field(r->at + l->hdrlen, 2);
	caplen = (uint32_t)field(r->at + l->caplen, 4);
	if (hdrlen < header_min(l) || hdrlen > r->left ||
	    caplen > r->left - hdrlen) {
		r->left = 0;
		return -1;
	}
	*out = (struct bpf_record) {
		.data = r->at + hdrlen,
		.caplen = caplen,
		.datalen = (uint32_t)field(r->at + l->datalen, 4),
		.when_ns = record_time(l, r->at),
		.outbound = (field(r->at + l->flags, 1) & l->outbound) != 0,
	};
	records_step(r, hdrlen + caplen);
	return 1;
}

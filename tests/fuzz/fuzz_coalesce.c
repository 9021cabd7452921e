/* SPDX-License-Identifier: ISC */
/*
 * The input is a batch: 1 byte for the link type, 1 for the capabilities, 2 for
 * the largest frame (big-endian); then frames, each with 1 byte of flags, 2 of
 * its length, and its bytes.  A flag corrects lengths and checksums, because
 * few inputs have valid ones.  Joined frames, cut again, must be the same
 * frames; each has memory of its exact size, for the address sanitizer.
 */
#include <sys/types.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "frame/flow.h"
#include "frame/checksum.h"
#include "frame/coalesce.h"
#include "frame/layers.h"
#include "frame/offload.h"
#include "frame/packet.h"

#define HEAD	 4
#define MEND	 1
#define VERIFIED 2 /* only if checksums are corrected */
#define OUTBOUND 4
#define MEMORY	 2048

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
put_sum(uint8_t *field, uint32_t sum)
{
	uint16_t folded = checksum_fold(sum);

	memcpy(field, &folded, sizeof(folded));
}

static void
mend(struct frame *f, int linktype)
{
	struct ip_header first;
	uint32_t at, head, len;
	uint8_t *ip, *tcp;

	if (!layers_ip(f, linktype, &first) || f->len < first.at + 60)
		return;
	at = first.at;
	ip = f->data + at;
	head = ip[0] >> 4 == 4 ? 20 : 40;
	tcp = ip + head;
	len = f->len - at - head;
	put16(ip + (head == 20 ? 2 : 4),
	    (uint16_t)(len + (head == 20 ? head : 0)));
	put16(tcp + TCP_CSUM, 0);
	put_sum(tcp + TCP_CSUM,
	    checksum_add(checksum_pseudo(ip, PROTO_TCP) + htons((uint16_t)len),
		tcp, len));
	if (head == 40)
		return;
	put16(ip + 10, 0);
	put_sum(ip + 10, checksum_add(0, ip, head));
}

static int
frames_read(struct frame *f, int linktype, const uint8_t *in, size_t len)
{
	int n;

	for (n = 0; n < FRAME_BATCH && len >= 3; n++, f++) {
		memset(f, 0, sizeof(*f));
		f->len = get16(in + 1);
		if (f->len > len - 3)
			f->len = (uint32_t)len - 3;
		f->data = malloc(f->len ? f->len : 1);
		memcpy(f->data, in + 3, f->len);
		f->outbound = in[0] & OUTBOUND;
		if (in[0] & MEND)
			mend(f, linktype);
		if ((in[0] & (MEND | VERIFIED)) == (MEND | VERIFIED))
			f->off.flags = OFFLOAD_CSUM_VALID;
		in += 3 + f->len;
		len -= 3 + f->len;
	}
	return n;
}

/* The sum of these hashes does not depend on the frames' order. */
static uint64_t
frame_hash(const struct frame *f)
{
	uint64_t hash = f->outbound ? 3 : 5;
	uint32_t i;

	for (i = 0; i < f->len; i++)
		hash = (hash ^ f->data[i]) * 0x100000001b3;
	return hash;
}

static uint64_t
hash_cut(const struct frame *f, int linktype, unsigned caps, int *n)
{
	static uint8_t room[FRAME_MAX];
	struct offload_cut cut;
	struct tunnel tunnel;
	struct frame out;
	uint64_t hash = 0;

	must(offload_begin(&cut, f, linktype) == 0);
	must(!flow_lacks(&cut, caps, &tunnel));
	for (; offload_next(&cut, room, sizeof(room), &out) == 1; (*n)++)
		hash += frame_hash(&out);
	return hash;
}

/* Joins and cuts.  Returns the hash of the result; *n: how many frames. */
static uint64_t
hash_joined(struct frame *f, int *n, int linktype, unsigned caps, uint32_t max)
{
	uint8_t *memory = malloc(MEMORY);
	int i, left, cut = 0;
	uint64_t hash = 0;

	left = coalesce(f, *n, linktype, caps, max, memory, MEMORY);
	for (i = 0; i < left; i++)
		if (f[i].off.gso == 0) {
			hash += frame_hash(&f[i]);
			cut++;
		} else {
			must(f[i].len <= max);
			hash += hash_cut(&f[i], linktype, caps, &cut);
		}
	free(memory);
	*n = cut;
	return hash;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct frame was[FRAME_BATCH], f[FRAME_BATCH];
	uint64_t hash = 0;
	int i, n, cut, linktype;

	if (len < HEAD)
		return 0;
	linktype = in[0] & 1 ? LINK_RAW : LINK_ETHERNET;
	cut = n = frames_read(was, linktype, in + HEAD, len - HEAD);
	for (i = 0; i < n; i++)
		hash += frame_hash(&was[i]);
	memcpy(f, was, (size_t)n * sizeof(f[0]));
	must(hash == hash_joined(f, &cut, linktype, in[1], get16(in + 2)));
	must(cut == n);
	for (i = 0; i < n; i++)
		free(was[i].data);
	return 0;
}

/* SPDX-License-Identifier: ISC */
/*
 * The input is a read from a BPF descriptor: 1 byte for the layout, then the
 * records.  Each record found must be behind the one before, and within the
 * read; the memory has exactly that size, for the address sanitizer.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/layouts.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static volatile uint8_t sink;

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
touch(const uint8_t *at, uint32_t len)
{
	while (len-- > 0)
		sink = (uint8_t)(sink + *at++);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct bpf_records r;
	struct bpf_record record;
	const uint8_t *behind;
	uint8_t *bytes;
	int result;

	if (len == 0)
		return 0;
	behind = bytes = malloc(len);
	memcpy(bytes, in + 1, len - 1);
	r = (struct bpf_records) { &known[in[0] % LAYOUTS].layout, bytes,
		(uint32_t)len - 1 };
	while ((result = bpf_records_next(&r, &record)) == 1) {
		must(record.data > behind);
		behind = record.data + record.caplen;
		must(behind <= bytes + len - 1);
		touch(record.data, record.caplen);
	}
	must(r.left == 0 && bpf_records_next(&r, &record) == 0);
	free(bytes);
	return 0;
}

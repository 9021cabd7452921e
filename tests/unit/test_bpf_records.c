/* SPDX-License-Identifier: ISC */
/*
 * Reads buffers of the layouts of all BSDs.  Also built for machines of other
 * byte order and word size (tests/foreign).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "fill.h"
#include "layouts.h"

#define FRAMES 5
#define SIZE   16384

static const uint32_t lengths[FRAMES] = { 60, 1514, 61, 65, 9014 };
static uint8_t buffer[SIZE];

/* Writes records of frames of these lengths.  Returns how many bytes. */
static uint32_t
buffer_make(const struct known *k)
{
	uint32_t at = 0, end = 0, i;

	memset(buffer, 0xee, sizeof(buffer));
	for (i = 0; i < FRAMES; i++) {
		struct written w = { 1700000000 + i, 999990 + i, lengths[i],
			lengths[i], k->hdrlen, i % 2 ? OUTBOUND : 0x10 };

		put_header(&k->layout, buffer + at, &w);
		fill(buffer + at + k->hdrlen, lengths[i], i);
		end = at + k->hdrlen + lengths[i];
		at = (end + k->layout.align - 1) / k->layout.align *
		    k->layout.align;
	}
	return end;
}

/* Copies them into memory of exactly that size, for the address sanitizer. */
static struct bpf_records
records_of(const struct known *k, uint32_t len, uint8_t **copy)
{
	*copy = malloc(len > 0 ? len : 1);
	memcpy(*copy, buffer, len);
	return (struct bpf_records) { &k->layout, *copy, len };
}

static void
check_record(const struct known *k, const struct bpf_record *r, uint32_t i)
{
	static uint8_t expected[SIZE];

	fill(expected, lengths[i], i);
	assert_int_equal(r->caplen, lengths[i]);
	assert_int_equal(r->datalen, lengths[i]);
	assert_memory_equal(r->data, expected, lengths[i]);
	assert_true(r->when_ns ==
	    (1700000000 + (uint64_t)i) * 1000000000 +
		(999990 + (uint64_t)i) * 1000);
	assert_int_equal(r->outbound, k->layout.flags != 0 && i % 2 == 1);
}

static void
test_all_layouts(void **state)
{
	struct bpf_records r;
	struct bpf_record record;
	uint32_t i, l;
	uint8_t *copy;

	(void)state;
	for (l = 0; l < LAYOUTS; l++) {
		r = records_of(&known[l], buffer_make(&known[l]), &copy);
		for (i = 0; i < FRAMES; i++) {
			assert_int_equal(bpf_records_next(&r, &record), 1);
			check_record(&known[l], &record, i);
		}
		assert_int_equal(bpf_records_next(&r, &record), 0);
		assert_int_equal(bpf_records_next(&r, &record), 0);
		free(copy);
	}
}

/* Behind the last record there may be no padding, or more bytes. */
static void
test_what_is_behind_the_last(void **state)
{
	const struct known *k = &known[0];
	struct bpf_records r;
	struct bpf_record record;
	uint32_t end = buffer_make(k), extra, n;
	uint8_t *copy;

	(void)state;
	for (extra = 0; end + extra <= (end + 7) / 8 * 8; extra++) {
		r = records_of(k, end + extra, &copy);
		for (n = 0; bpf_records_next(&r, &record) == 1; n++)
			;
		assert_int_equal(n, FRAMES);
		free(copy);
	}
}

/* A buffer cut at any byte: whole records are delivered, others never. */
static void
test_every_truncation(void **state)
{
	struct bpf_records r;
	struct bpf_record record;
	uint32_t l, len, end, n, last;
	uint8_t *copy;
	int result;

	(void)state;
	for (l = 0; l < LAYOUTS; l++) {
		end = buffer_make(&known[l]);
		for (len = 0; len < end; len++) {
			r = records_of(&known[l], len, &copy);
			n = last = 0;
			while ((result = bpf_records_next(&r, &record)) == 1) {
				check_record(&known[l], &record, n++);
				last = (uint32_t)(record.data - copy) +
				    record.caplen;
			}
			assert_true(n < FRAMES);
			assert_true(
			    result == -1 || len - last < known[l].layout.align);
			assert_int_equal(bpf_records_next(&r, &record), 0);
			free(copy);
		}
	}
}

static void
test_nonsense(void **state)
{
	static const struct written bad[] = {
		{ .caplen = 60, .datalen = 60, .hdrlen = 0 },
		{ .caplen = 60, .datalen = 60, .hdrlen = 17 },
		{ .caplen = 60, .datalen = 60, .hdrlen = 65535 },
		{ .caplen = 4096, .datalen = 60, .hdrlen = 32 },
		{ .caplen = UINT32_MAX, .datalen = 60, .hdrlen = 32 },
		{ .caplen = UINT32_MAX - 31, .datalen = 60, .hdrlen = 32 },
	};
	struct bpf_records r;
	struct bpf_record record;
	uint8_t *copy;
	size_t i, l;

	(void)state;
	for (l = 0; l < LAYOUTS; l++)
		for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			struct written w = bad[i];

			if (w.hdrlen >= known[l].hdrlen && w.caplen == 60 &&
			    w.hdrlen < 1000)
				continue;
			w.hdrlen = 64; /* bytes that put_header() clears */
			put_header(&known[l].layout, buffer, &w);
			memcpy(buffer + known[l].layout.hdrlen, &bad[i].hdrlen,
			    sizeof(bad[i].hdrlen));
			r = records_of(&known[l], 256, &copy);
			assert_int_equal(bpf_records_next(&r, &record), -1);
			assert_int_equal(bpf_records_next(&r, &record), 0);
			free(copy);
		}
}

/* A cut frame has both lengths; an empty frame is a frame. */
static void
test_cut_and_empty(void **state)
{
	static const struct written some[] = {
		{ .caplen = 96, .datalen = 1514, .hdrlen = 32 },
		{ .caplen = 0, .datalen = 0, .hdrlen = 32 },
	};
	struct bpf_records r;
	struct bpf_record record;
	uint8_t *copy;
	size_t l;

	(void)state;
	for (l = 0; l < LAYOUTS; l++) {
		put_header(&known[l].layout, buffer, &some[0]);
		put_header(&known[l].layout, buffer + 128, &some[1]);
		r = records_of(&known[l], 160, &copy);
		assert_int_equal(bpf_records_next(&r, &record), 1);
		assert_int_equal(record.caplen, 96);
		assert_int_equal(record.datalen, 1514);
		assert_int_equal(bpf_records_next(&r, &record), 1);
		assert_int_equal(record.caplen, 0);
		assert_int_equal(bpf_records_next(&r, &record), 0);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_layouts),
		cmocka_unit_test(test_what_is_behind_the_last),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_cut_and_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

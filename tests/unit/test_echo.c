/* SPDX-License-Identifier: ISC */
/* Own frames that a capture shows again (platform/bsd/echo.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "../../platform/bsd/echo.h"
#include "fill.h"

#define MS  UINT64_C(1000000)
#define NOW (1700000000 * UINT64_C(1000000000))

static struct echo e;
static uint8_t frame[2048], other[2048];

static int
setup(void **state)
{
	(void)state;
	memset(&e, 0, sizeof(e));
	fill(frame, sizeof(frame), 1);
	fill(other, sizeof(other), 2);
	return 0;
}

static void
test_once_for_each(void **state)
{
	int i;

	(void)state;
	assert_false(echo_is(&e, frame, 100, NOW));
	echo_sent(&e, frame, 100, NOW);
	assert_false(echo_is(&e, other, 100, NOW));
	assert_false(echo_is(&e, frame, 101, NOW));
	assert_true(echo_is(&e, frame, 100, NOW));
	assert_false(echo_is(&e, frame, 100, NOW)); /* the host's own */
	for (i = 0; i < 1000; i++)
		echo_sent(&e, frame, 100, NOW + (uint64_t)i * MS / 4);
	for (i = 0; i < 1000; i++)
		assert_true(echo_is(&e, frame, 100, NOW));
	assert_false(echo_is(&e, frame, 100, NOW));
}

/* The time of the capture counts, not that of the read. */
static void
test_within_a_second(void **state)
{
	(void)state;
	echo_sent(&e, frame, 100, NOW);
	assert_false(echo_is(&e, frame, 100, NOW + 1002 * MS));
	assert_true(echo_is(&e, frame, 100, NOW + 999 * MS));
	echo_sent(&e, frame, 100, NOW);
	echo_sent(&e, other, 100, NOW + 60000 * MS);
	assert_true(echo_is(&e, frame, 100, NOW + 1 * MS));
	echo_sent(&e, frame, 100, NOW); /* this one was lost */
	echo_sent(&e, frame, 100, NOW + 5000 * MS);
	assert_true(echo_is(&e, frame, 100, NOW + 5000 * MS));
	assert_false(echo_is(&e, frame, 100, NOW + 5000 * MS));
}

static void
test_padding(void **state)
{
	(void)state;
	memset(frame + 42, 0, 18); /* ARP, as a driver may pad it */
	echo_sent(&e, frame, 42, NOW);
	assert_true(echo_is(&e, frame, 60, NOW));
	echo_sent(&e, frame, 42, NOW);
	assert_true(echo_is(&e, frame, 42, NOW));
	echo_sent(&e, frame, 42, NOW);
	frame[59] = 1;
	assert_false(echo_is(&e, frame, 60, NOW));
}

static void
number(uint8_t *at, uint32_t n)
{
	memcpy(at + 30, &n, sizeof(n));
}

/* Of 10000 frames, all but a few are recognised, in any order. */
static void
test_many(void **state)
{
	uint32_t i, n = 10000, known = 0;

	(void)state;
	for (i = 0; i < n; i++) {
		number(frame, i);
		echo_sent(&e, frame, 1514, NOW);
	}
	for (i = n; i-- > 0;) {
		number(frame, i);
		known += echo_is(&e, frame, 1514, NOW + MS);
	}
	assert_true(known >= n - n / 500);
}

/* Frames that never come back make room, the oldest first. */
static void
test_lost_make_room(void **state)
{
	uint32_t i, n = 200000;

	(void)state;
	for (i = 0; i < n; i++) {
		number(frame, i);
		echo_sent(&e, frame, 60, NOW + i * MS);
	}
	for (i = n - 500; i < n; i++) {
		number(frame, i);
		assert_true(echo_is(&e, frame, 60, NOW + i * MS));
	}
	number(frame, 0);
	assert_false(echo_is(&e, frame, 60, NOW));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_once_for_each, setup),
		cmocka_unit_test_setup(test_within_a_second, setup),
		cmocka_unit_test_setup(test_padding, setup),
		cmocka_unit_test_setup(test_many, setup),
		cmocka_unit_test_setup(test_lost_make_room, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

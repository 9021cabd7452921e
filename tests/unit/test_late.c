/* SPDX-License-Identifier: ISC */
/* Frames that are too old when they arrive, by the clocks of two hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "delay/delay.h"
#include "session/message.h"

#define MS    1000
#define LIMIT (200 * MS)
#define PATH  (20 * MS) /* of a round trip */

/* The peer's clock is behind ours, or far ahead. */
static const uint64_t offsets[] = { 0, 5000000, UINT64_MAX - 77 };

static struct delay d;
static uint64_t offset;

/* Hears a MARK: it was on its way for `way', its frame had waited `age'. */
static void
mark(uint64_t now, uint64_t way, uint32_t age)
{
	struct mark m = { now - way - offset, age, LIMIT };

	delay_mark(&d, &m, now);
}

static void
begin(size_t i)
{
	memset(&d, 0, sizeof(d));
	offset = offsets[i];
}

/* Age: waiting time + lateness + half of the path's round trip. */
static void
test_age(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(i);
		assert_false(
		    delay_is_late(&d, PATH, 99 * MS)); /* no MARK yet */
		mark(100 * MS, 10 * MS, 0);
		assert_false(delay_is_late(&d, PATH, 100 * MS));
		mark(300 * MS, 110 * MS, 0); /* 100 late */
		assert_false(delay_is_late(&d, PATH, 300 * MS));
		mark(310 * MS, 110 * MS, 77 * MS + 500);
		assert_false(delay_is_late(&d, PATH, 310 * MS));
		assert_true(delay_is_late(&d, PATH, 310 * MS + 1));
		mark(320 * MS, 110 * MS, 78 * MS);
		assert_true(delay_is_late(&d, PATH, 320 * MS));
		mark(330 * MS, 10 * MS, 91 * MS); /* no later than ever */
		assert_false(delay_is_late(&d, PATH, 330 * MS));
	}
}

/* A path longer than the limit does not make its frames too old. */
static void
test_long_path(void **state)
{
	(void)state;
	begin(1);
	mark(1000 * MS, 400 * MS, 0);
	assert_false(delay_is_late(&d, 800 * MS, 1000 * MS));
	assert_false(delay_is_late(&d, 800 * MS, 1087 * MS));
	assert_true(delay_is_late(&d, 800 * MS, 1088 * MS));
}

/* When the way becomes longer, frames are late for two periods only. */
static void
test_longer(void **state)
{
	uint64_t now, first = 0, last = 0;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(i);
		first = last = 0;
		for (now = 0; now < 60000 * MS; now += 100 * MS) {
			bool longer = now >= 30000 * MS;

			mark(now, longer ? 310 * MS : 10 * MS, 0);
			if (!delay_is_late(&d, PATH, now))
				continue;
			first = first == 0 ? now : first;
			last = now;
		}
		assert_int_equal(first, 30000 * MS);
		assert_in_range(last, first + DELAY_PERIOD_US / 2,
		    first + 2 * DELAY_PERIOD_US);
	}
}

/* A burst after a silence is compared with the times before it. */
static void
test_burst(void **state)
{
	uint64_t now;
	int i;

	(void)state;
	begin(2);
	for (now = 0; now < 5000 * MS; now += 50 * MS)
		mark(now, 10 * MS, 0);
	now += 5000 * MS;
	for (i = 0; i < 100; i++) {
		mark(now + (uint64_t)i, 5000 * MS, 0);
		assert_true(delay_is_late(&d, PATH, now + (uint64_t)i));
	}
	mark(now + 100, 10 * MS, 0);
	assert_false(delay_is_late(&d, PATH, now + 100));
}

/* Without a limit nothing is too old. */
static void
test_none(void **state)
{
	struct mark m = { 0, 0, 0 };

	(void)state;
	begin(0);
	delay_mark(&d, &m, 1000);
	assert_false(delay_is_late(&d, PATH, 100000 * MS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_long_path),
		cmocka_unit_test(test_longer),
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

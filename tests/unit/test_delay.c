/* SPDX-License-Identifier: ISC */
/* Which frames of a batch are discarded, and when the relay looks again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "relay/relay.h"

#define MS    UINT64_C(1000000)
#define LIMIT (200 * MS)
#define NOW   (1000000 * MS)

static struct flow flow;
static struct delay d;

/* Makes n frames of these ages in ms; 0: the time is unknown. */
static void
batch(int n, const int *ages)
{
	int i;

	memset(&d, 0, sizeof(d));
	memset(&flow, 0, sizeof(flow));
	delay_limit(&d, LIMIT / MS, false); /* half of it here */
	for (i = 0; i < n; i++)
		flow.in[i].when_ns = ages[i] == 0 ?
		    0 :
		    NOW - (uint64_t)ages[i] * MS;
	memcpy(flow.out, flow.in, sizeof(flow.in));
	flow.nin = flow.iin = flow.nout = n;
}

static void
test_oldest_first(void **state)
{
	const int ages[] = { 300, 150, 101, 99, 500, 1 };

	(void)state;
	batch(6, ages);
	assert_int_equal(delay_discard(&d, &flow, NOW), 3);
	assert_int_equal(flow.iout, 3); /* none behind a fresh frame */
	assert_int_equal(delay_discard(&d, &flow, NOW), 0);
	assert_int_equal(delay_wait(&d, &flow, NOW), 2);
	assert_int_equal(delay_discard(&d, &flow, NOW + 2 * MS), 2);
	assert_int_equal(flow.iout, 5);
	assert_int_equal(delay_discard(&d, &flow, NOW + LIMIT), 1);
	assert_int_equal(flow.iout, flow.nout);
	assert_int_equal(delay_wait(&d, &flow, NOW), -1);
	assert_int_equal(d.unsaid, 6);
	delay_say(&d, "test", false);
	assert_int_equal(d.unsaid, 0);
	d.unsaid = 2; /* within the same minute */
	delay_say(&d, "test", false);
	assert_int_equal(d.unsaid, 2);
	delay_say(&d, "test", true);
	assert_int_equal(d.unsaid, 0);
}

/* The age of the next frame. */
static void
test_age(void **state)
{
	const int ages[] = { 300, 70 };

	(void)state;
	batch(2, ages);
	assert_int_equal(delay_discard(&d, &flow, NOW), 1);
	assert_int_equal(d.age_us, 70000);
	assert_int_equal(delay_discard(&d, &flow, NOW + 40 * MS), 1);
	assert_int_equal(d.age_us, 0);
}

/* Frames that the loop test kept back have not waited for the peer. */
static void
test_excused(void **state)
{
	const int ages[] = { 300, 150 };

	(void)state;
	batch(2, ages);
	delay_excuse(&d);
	assert_int_equal(delay_discard(&d, &flow, NOW), 0);
	d.excused_ms = 1;
	assert_int_equal(delay_discard(&d, &flow, NOW), 2);
}

/* Frames without a time count as received with their batch. */
static void
test_unknown(void **state)
{
	const int ages[] = { 0, 0, 0 };

	(void)state;
	batch(3, ages);
	assert_int_equal(delay_discard(&d, &flow, NOW), 0);
	delay_left(&flow, NOW);
	delay_left(&flow, NOW + 90 * MS); /* the first call's time stays */
	assert_int_equal(delay_wait(&d, &flow, NOW), 101);
	assert_int_equal(delay_discard(&d, &flow, NOW + 100 * MS), 0);
	assert_int_equal(delay_discard(&d, &flow, NOW + 101 * MS), 3);
}

/* The clock was set back: no frame is old. */
static void
test_future(void **state)
{
	const int ages[] = { -5000, -5000 };

	(void)state;
	batch(2, ages);
	assert_int_equal(delay_discard(&d, &flow, NOW), 0);
	assert_in_range(delay_wait(&d, &flow, NOW), 1, 101);
}

static void
test_no_limit(void **state)
{
	const int ages[] = { 5000, 0 };

	(void)state;
	batch(2, ages);
	delay_limit(&d, 0, false);
	delay_left(&flow, NOW);
	assert_int_equal(delay_discard(&d, &flow, NOW + LIMIT), 0);
	assert_int_equal(delay_wait(&d, &flow, NOW), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oldest_first),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_excused),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_future),
		cmocka_unit_test(test_no_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

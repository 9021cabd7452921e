/* SPDX-License-Identifier: ISC */
/* When a port is left out of poll(2) for a short time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "relay/relay.h"

#define REST_US 100
#define BEGIN	1000000

static struct frame frames[FRAME_BATCH];
static struct poll_pause port_pause;
static uint64_t now;

/* Receives batches of n frames, one each `us'.  Returns how many pauses. */
static int
batches(int count, int n, uint32_t len, uint64_t us)
{
	int i, rests = 0;

	for (i = 0; i < n; i++)
		frames[i].len = len;
	for (i = 0; i < count; i++) {
		now += us;
		port_pause.until_us = 0;
		poll_pause_seen(&port_pause, frames, n, REST_US * 1000, now);
		if (port_pause.until_us == 0)
			continue;
		assert_int_equal(port_pause.until_us, now + REST_US);
		rests++;
	}
	return rests;
}

static void
begin(void)
{
	memset(&port_pause, 0, sizeof(port_pause));
	now = BEGIN;
}

static void
test_many_small(void **state)
{
	(void)state;
	begin();
	assert_in_range(batches(1000, 1, 60, 5), 950, 1000);
	assert_in_range(batches(100, 10, 60, 100), 95, 100);
	/* a batch that is full has others behind it */
	assert_int_equal(batches(100, FRAME_BATCH, 60, 200), 0);
}

static void
test_few(void **state)
{
	(void)state;
	begin();
	assert_int_equal(batches(1000, 1, 60, 20), 0);
	assert_int_equal(batches(100, 3, 60, 1000), 0);
	/* a burst, then few: a sample later there is none */
	(void)batches(10, 16, 60, 10);
	assert_in_range(batches(1000, 1, 60, 1000), 0, 16);
}

static void
test_large(void **state)
{
	(void)state;
	begin();
	assert_int_equal(batches(1000, 1, 1514, 5), 0);
	assert_int_equal(batches(100, 64, 1514, 100), 0);
}

/* A rate from before a silence does not count. */
static void
test_after_silence(void **state)
{
	(void)state;
	begin();
	assert_int_equal(batches(1, 64, 60, 5000000), 0);
	assert_int_equal(batches(1, 64, 60, 100), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_small),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_after_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

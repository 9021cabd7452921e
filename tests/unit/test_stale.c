/* What is discarded of a batch, and when the relay looks again. */
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
static struct stale st;

/* n frames, each so many ms old; 0: it does not tell. */
static void
batch(int n, const int *ages)
{
	int i;

	memset(&st, 0, sizeof(st));
	memset(&flow, 0, sizeof(flow));
	st.limit_ns = LIMIT;
	st.wait_ns = LIMIT / 2;
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
	assert_int_equal(stale_discard(&st, &flow, NOW), 3);
	assert_int_equal(flow.iout, 3); /* nothing behind a fresh one */
	assert_int_equal(stale_discard(&st, &flow, NOW), 0);
	assert_int_equal(stale_wait_ms(&st, &flow, NOW), 2);
	assert_int_equal(stale_discard(&st, &flow, NOW + 2 * MS), 2);
	assert_int_equal(flow.iout, 5);
	assert_int_equal(stale_discard(&st, &flow, NOW + LIMIT), 1);
	assert_int_equal(flow.iout, flow.nout);
	assert_int_equal(stale_wait_ms(&st, &flow, NOW), -1);
	assert_int_equal(st.unsaid, 6);
	stale_say(&st, "test");
	assert_int_equal(st.unsaid, 0);
	st.unsaid = 2; /* within the same minute */
	stale_say(&st, "test");
	assert_int_equal(st.unsaid, 2);
}

/* Frames that do not tell are as old as their batch has been here. */
static void
test_unknown(void **state)
{
	const int ages[] = { 0, 0, 0 };

	(void)state;
	batch(3, ages);
	assert_int_equal(stale_discard(&st, &flow, NOW), 0);
	stale_left(&flow, NOW);
	stale_left(&flow, NOW + 90 * MS); /* again: it does not begin anew */
	assert_int_equal(stale_wait_ms(&st, &flow, NOW), 101);
	assert_int_equal(stale_discard(&st, &flow, NOW + 100 * MS), 0);
	assert_int_equal(stale_discard(&st, &flow, NOW + 101 * MS), 3);
}

/* The clock was set back: nothing is old. */
static void
test_future(void **state)
{
	const int ages[] = { -5000, -5000 };

	(void)state;
	batch(2, ages);
	assert_int_equal(stale_discard(&st, &flow, NOW), 0);
	assert_in_range(stale_wait_ms(&st, &flow, NOW), 1, 101);
}

static void
test_no_limit(void **state)
{
	const int ages[] = { 5000, 0 };

	(void)state;
	batch(2, ages);
	st.limit_ns = 0;
	stale_left(&flow, NOW);
	assert_int_equal(stale_discard(&st, &flow, NOW + LIMIT), 0);
	assert_int_equal(stale_wait_ms(&st, &flow, NOW), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oldest_first),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_future),
		cmocka_unit_test(test_no_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: ISC */
/*
 * The loop guard in a simulation with steps of a millisecond: a stream with a
 * rate and a delay, other traffic of the host, and a loop or none.
 *
 *	own, foreign --> captured --> stream ----> peer
 *	                    ^            |
 *	                    +--- loop ---+
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "relay/loop_guard.h"

#define START  1000000 /* ms */
#define MINUTE (60 * 1000)

struct world {
	struct loop_guard guard;
	uint64_t now;
	/* the stream, in bytes and milliseconds */
	double rate, under_way, waiting, most; /* most: limit of under_way */
	unsigned delay;
	uint64_t mark_ms; /* when the bytes under way are answered; 0: asked */
	bool marked, deaf; /* deaf: the peer never answers */
	bool loop;
	double (*own)(uint64_t ms), (*foreign)(uint64_t ms);
	/* the guard's input and results */
	double sent, sent_own, heard, pad;
	double own_share; /* of the waiting bytes */
	bool paused, held;
	int count[LOOP_GUARD_HOLD + 1];
	uint64_t when[LOOP_GUARD_HOLD + 1]; /* the last of each */
};

static double
nothing(uint64_t ms)
{
	(void)ms;
	return 0;
}

static void
world_open(struct world *w, double bytes_s, unsigned delay)
{
	memset(w, 0, sizeof(*w));
	w->now = START;
	w->rate = bytes_s / 1000;
	w->delay = delay;
	w->most = w->rate * 200 + 65536;
	w->own = w->foreign = nothing;
}

static struct loop_guard_input
world_input(const struct world *w)
{
	return (struct loop_guard_input) {
		.now = w->now,
		.sent = (uint64_t)w->sent,
		.own = (uint64_t)w->sent_own,
		.heard = (int64_t)w->heard,
		.answered = w->marked && w->mark_ms != 0 &&
		    w->now >= w->mark_ms && !w->deaf,
	};
}

static void
world_begin(struct world *w)
{
	struct loop_guard_input in = world_input(w);

	loop_guard_begin(&w->guard, &in);
	w->paused = w->held = w->guard.held;
}

/* Sends waiting bytes, own and foreign, as far as the stream has room. */
static void
world_send(struct world *w)
{
	double n = w->most - w->under_way;

	if (w->paused || n <= 0)
		return;
	if (n > w->waiting)
		n = w->waiting;
	w->waiting -= n;
	w->under_way += n;
	w->sent += n;
	w->sent_own += n * w->own_share;
}

static void
world_move(struct world *w)
{
	double gone = w->under_way < w->rate ? w->under_way : w->rate;
	double own = w->own(w->now - START),
	       foreign = w->foreign(w->now - START);

	w->under_way -= gone;
	if (w->loop)
		own += gone * 1.06;
	w->heard += own;
	if (!w->held && own + foreign > 0) {
		w->own_share = (w->own_share * w->waiting + own) /
		    (w->waiting + own + foreign);
		w->waiting += own + foreign;
		if (w->waiting > 8e6)
			w->waiting = 8e6;
	}
	if (w->pad > 0 && w->under_way < w->most) {
		w->under_way += w->pad;
		w->pad = 0;
		w->marked = true;
	}
	if (w->marked && w->mark_ms == 0 && w->under_way < 1)
		w->mark_ms = w->now + w->delay;
	world_send(w);
}

static void
world_act(struct world *w, enum loop_guard_act act)
{
	w->count[act]++;
	if (act != LOOP_GUARD_NOTHING)
		w->when[act] = w->now;
	if (act == LOOP_GUARD_PAUSE || act == LOOP_GUARD_PAD) {
		w->paused = true;
		w->marked = act == LOOP_GUARD_PAUSE;
		w->mark_ms = 0;
		w->pad = act == LOOP_GUARD_PAD ? (double)w->guard.pad : 0;
	} else if (act == LOOP_GUARD_CLEAR)
		w->paused = w->held = false;
	else if (act == LOOP_GUARD_HOLD) {
		w->held = true;
		w->waiting = 0;
	}
}

static void
world_run(struct world *w, uint64_t ms)
{
	struct loop_guard_input in;

	for (; ms > 0; ms--) {
		w->now++;
		world_move(w);
		in = world_input(w);
		world_act(w, loop_guard_turn(&w->guard, &in));
	}
}

/* One captured frame: it starts the loop. */
static double
a_ping(uint64_t ms)
{
	return ms == 500 ? 98 : 0;
}

static double
steady(uint64_t ms)
{
	(void)ms;
	return 2000;
}

static double
slow(uint64_t ms)
{
	(void)ms;
	return 10;
}

/* 25 KB, ten times a second. */
static double
camera(uint64_t ms)
{
	return ms % 100 == 7 ? 25000 : 0;
}

/* Bursts of all sizes at irregular times, 200 KB/s. */
static double
bursts(uint64_t ms)
{
	uint64_t x = (ms + 1) * 6364136223846793005u;

	x = (x ^ x >> 29) * 0xbf58476d1ce4e5b9u;
	x ^= x >> 32;
	return x % 100 < 2 ? (double)(x >> 20 & 0x7fff) * .6 : 0;
}

static double
two_seconds(uint64_t ms)
{
	return ms < 2000 ? 2000 : 0;
}

static void
test_loop(void **state)
{
	static const struct {
		double bytes_s;
		unsigned delay;
		uint64_t within;
	} streams[] = {
		{ 1.2e9, 0, 6000 },
		{ 12e6, 1, 6000 },
		{ 12e6, 100, 6000 },
		{ 2.5e6, 300, 8000 },
		{ 125e3, 20, 6000 },
		{ 32e3, 20, 8000 },
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		world_open(&w, streams[i].bytes_s, streams[i].delay);
		w.loop = true;
		w.own = a_ping;
		world_begin(&w);
		world_run(&w, streams[i].within);
		if (w.count[LOOP_GUARD_HOLD] != 1)
			fail_msg("stream %zu: not held; %d tests", i,
			    w.count[LOOP_GUARD_PAUSE]);
		assert_int_equal(w.count[LOOP_GUARD_PAUSE], 1);
		assert_int_equal(w.count[LOOP_GUARD_PAD], LOOP_GUARD_ROUNDS);
		assert_int_equal(w.guard.wait_ms, MINUTE);
	}
}

/* Other traffic on the same interface does not hide the loop. */
static void
test_loop_beside_others(void **state)
{
	static double (*const others[])(uint64_t) = { slow, bursts, camera };
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		world_open(&w, 12e6, 5);
		w.loop = true;
		w.own = others[i];
		w.foreign = steady;
		world_begin(&w);
		world_run(&w, 6000);
		assert_int_equal(w.count[LOOP_GUARD_HOLD], 1);
	}
}

static void
test_quiet(void **state)
{
	static const struct {
		double (*own)(uint64_t), (*foreign)(uint64_t);
	} quiet[] = {
		{ nothing, nothing },
		{ slow, nothing },
		{ nothing, steady },
		{ bursts, steady },
		{ two_seconds, nothing },
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
		world_open(&w, 12e6, 5);
		w.own = quiet[i].own;
		w.foreign = quiet[i].foreign;
		world_begin(&w);
		world_run(&w, 60 * MINUTE);
		if (w.count[LOOP_GUARD_PAUSE] != 0)
			fail_msg("traffic %zu: %d tests", i,
			    w.count[LOOP_GUARD_PAUSE]);
	}
}

/* Ordinary traffic that causes a test is cleared soon, on any stream. */
static void
test_cleared(void **state)
{
	static double (*const own[])(uint64_t) = { steady, camera, bursts };
	static const double rates[] = { 1.2e9, 12e6, 2.5e6, 32e3 };
	struct world w;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		for (j = 0; j < sizeof(rates) / sizeof(rates[0]); j++) {
			world_open(&w, rates[j], 5);
			w.own = own[i];
			world_begin(&w);
			world_run(&w, 120 * MINUTE);
			assert_int_equal(w.count[LOOP_GUARD_HOLD], 0);
			/* 0, 1, 3, 7, 15, 23, ... 119 minutes */
			assert_in_range(w.count[LOOP_GUARD_CLEAR], 16, 18);
			assert_int_equal(w.count[LOOP_GUARD_PAUSE],
			    w.count[LOOP_GUARD_CLEAR]);
			if (rates[j] > 2e6)
				assert_in_range(w.when[LOOP_GUARD_CLEAR] -
					w.when[LOOP_GUARD_PAUSE],
				    5, 600);
		}
}

/* Traffic that ends by chance during a test does not prove a loop. */
static void
test_ends_by_chance(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, 12e6, 5);
	w.own = steady;
	world_begin(&w);
	while (w.count[LOOP_GUARD_PAUSE] == 0)
		world_run(&w, 1);
	w.own = nothing;
	world_run(&w, 100);
	assert_int_equal(w.count[LOOP_GUARD_CLEAR], 1);
	assert_int_equal(w.count[LOOP_GUARD_PAD], 1);
	assert_int_equal(w.guard.wait_ms, MINUTE);
}

static void
world_held(struct world *w)
{
	world_open(w, 12e6, 5);
	w->loop = true;
	w->own = a_ping;
	world_begin(w);
	world_run(w, 6000);
	assert_int_equal(w->count[LOOP_GUARD_HOLD], 1);
}

/* A held loop is tested again after 1, 2, 4, 8, 8 minutes, and stays held. */
static void
test_held_again(void **state)
{
	static const unsigned waits[] = { 1, 2, 4, 8, 8, 8 };
	struct world w;
	uint64_t then;
	size_t i;

	(void)state;
	world_held(&w);
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		double sent = w.sent;

		assert_int_equal(w.guard.wait_ms, waits[i] * MINUTE);
		then = w.when[LOOP_GUARD_HOLD];
		world_run(&w, waits[i] * MINUTE + 1000);
		assert_int_equal(w.count[LOOP_GUARD_HOLD], i + 2);
		assert_int_equal(w.when[LOOP_GUARD_PAUSE],
		    then + waits[i] * MINUTE);
		assert_true(w.held && w.sent == sent);
	}
	assert_int_equal(w.count[LOOP_GUARD_CLEAR], 0);
}

/* When the loop is gone, the hold ends; a new loop is found. */
static void
test_held_no_more(void **state)
{
	struct world w;

	(void)state;
	world_held(&w);
	w.loop = false;
	world_run(&w, MINUTE + 1000);
	assert_int_equal(w.count[LOOP_GUARD_CLEAR], 1);
	assert_false(w.held || w.paused || w.guard.held);
	world_run(&w, MINUTE);
	assert_int_equal(w.count[LOOP_GUARD_PAUSE], 2);
	w.loop = true;
	w.own = slow;
	world_run(&w, 6000);
	assert_int_equal(w.count[LOOP_GUARD_HOLD], 2);
	assert_int_equal(w.guard.wait_ms, MINUTE);
}

/* After a held session, the next one is tested before it carries frames. */
static void
test_held_next_session(void **state)
{
	struct world w;
	double sent;

	(void)state;
	world_held(&w);
	sent = w.sent;
	world_begin(&w);
	assert_true(w.paused);
	world_run(&w, 1000);
	assert_int_equal(w.count[LOOP_GUARD_HOLD], 2);
	assert_true(w.sent == sent);
	w.loop = false;
	world_begin(&w);
	world_run(&w, 1000);
	assert_int_equal(w.count[LOOP_GUARD_CLEAR], 1);
	assert_false(w.paused);
}

static void
test_no_answer(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, 12e6, 5);
	w.own = steady;
	w.deaf = true;
	world_begin(&w);
	world_run(&w, 30000);
	assert_int_equal(w.count[LOOP_GUARD_PAD], 0);
	assert_int_equal(w.count[LOOP_GUARD_CLEAR], 1);
	assert_int_equal(w.when[LOOP_GUARD_CLEAR],
	    w.when[LOOP_GUARD_PAUSE] + LOOP_GUARD_LIMIT_MS);
}

/* The second capture cannot be opened. */
static void
test_given_up(void **state)
{
	struct loop_guard g = { 0 };
	struct loop_guard_input in = { .now = START };

	(void)state;
	loop_guard_begin(&g, &in);
	while (loop_guard_turn(&g, &in) == LOOP_GUARD_NOTHING) {
		in.now++;
		in.sent += 1000;
		in.own += 1000;
	}
	loop_guard_give_up(&g, in.now);
	assert_int_equal(g.state, LOOP_GUARD_WATCH);
	assert_int_equal(g.next_ms, in.now + MINUTE);
	assert_int_equal(loop_guard_due(&g, in.now), UINT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_loop_beside_others),
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_cleared),
		cmocka_unit_test(test_ends_by_chance),
		cmocka_unit_test(test_held_again),
		cmocka_unit_test(test_held_no_more),
		cmocka_unit_test(test_held_next_session),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

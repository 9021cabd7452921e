/* SPDX-License-Identifier: ISC */
/* The window on bytes under way, with a simulated link and clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "delay/window.h"

#define FRAME	 1000
#define LIMIT_US 200000
#define SECOND	 1000000

/* A link with one queue of any length, and a peer that answers PING at once. */
struct link_model {
	struct window w;
	uint64_t now; /* microseconds */
	uint64_t rate; /* bytes a second */
	uint64_t path; /* round trip without a queue, microseconds */
	uint64_t free_at; /* when the queue is empty */
	uint64_t answer_at[WINDOW_PINGS]; /* of each PING under way */
	uint64_t delivered; /* bytes in this run */
	uint64_t worst; /* longest delay of a frame in this run, microseconds */
};

static void
model_init(struct link_model *m, uint64_t mbit, uint64_t path)
{
	memset(m, 0, sizeof(*m));
	m->w.size = WINDOW_START;
	m->w.limit_us = LIMIT_US;
	m->now = SECOND;
	m->rate = mbit * SECOND / 8;
	m->path = path;
	window_ask(&m->w, m->now); /* a session begins with a PING */
	m->now += path;
	assert_true(window_answer(&m->w, m->w.asked_us, m->now));
}

/* Sends a PING if one is due: behind all bytes in the queue. */
static void
model_ask(struct link_model *m)
{
	uint64_t at = m->free_at > m->now ? m->free_at : m->now;

	if (!window_asks(&m->w, m->now))
		return;
	m->answer_at[m->w.npings] = at + m->path;
	window_ask(&m->w, m->now);
}

/* The clock goes on until the oldest PING is answered. */
static void
model_answer(struct link_model *m)
{
	assert_int_not_equal(m->w.npings, 0);
	if (m->answer_at[0] > m->now)
		m->now = m->answer_at[0];
	memmove(m->answer_at, m->answer_at + 1,
	    sizeof(m->answer_at) - sizeof(m->answer_at[0]));
	assert_true(window_answer(&m->w, m->w.pings[0].asked_us, m->now));
}

/* Puts a frame into the queue. */
static void
model_frame(struct link_model *m)
{
	uint64_t delay;

	if (m->free_at < m->now)
		m->free_at = m->now;
	m->free_at += FRAME * SECOND / m->rate;
	delay = m->free_at - m->now + m->path / 2;
	if (delay > m->worst)
		m->worst = delay;
	m->delivered += FRAME;
}

/* Sends as many frames as the window allows. */
static void
model_send(struct link_model *m)
{
	uint64_t bytes = 0;

	model_ask(m);
	while (window_room(&m->w, m->now) >= FRAME) {
		bytes = 0;
		while (bytes < window_step(&m->w) &&
		    bytes + FRAME <= window_room(&m->w, m->now)) {
			model_frame(m);
			bytes += FRAME;
		}
		window_sent(&m->w, bytes, false);
		model_ask(m);
	}
	window_sent(&m->w, 0, true);
	model_ask(m);
}

/* Has always frames to send, for so many microseconds. */
static void
model_run(struct link_model *m, uint64_t us)
{
	uint64_t end = m->now + us;

	m->delivered = m->worst = 0;
	while (m->now < end) {
		model_send(m);
		model_answer(m);
	}
}

/*
 * The last run of `us' microseconds used so many percent of the link, and its
 * queue was short: half the limit; on a long path also the time by which bytes
 * that are sent again delay later ones.
 */
static void
model_good(const struct link_model *m, uint64_t us, unsigned percent)
{
	uint64_t full = m->rate * us / SECOND;

	assert_true(m->delivered >= full * percent / 100);
	assert_true(m->worst <= m->path / 2 + LIMIT_US / 2 + m->path * 5 / 4);
}

/* Slow and fast links, short and long paths: a busy link, a short queue. */
static void
test_rates(void **state)
{
	static const struct {
		uint64_t mbit, path;
		unsigned percent;
	} links[] = {
		{ 1, 200, 95 },
		{ 5, 200, 95 },
		{ 20, 1000, 95 },
		{ 20, 100000, 90 },
		{ 1000, 100, 95 },
		{ 1000, 20000, 90 },
		{ 100, 100000, 90 },
	};
	struct link_model m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		model_init(&m, links[i].mbit, links[i].path);
		model_run(&m, 5 * SECOND);
		model_run(&m, 40 * SECOND);
		model_good(&m, 40 * SECOND, links[i].percent);
	}
}

/*
 * The link becomes slow: only the bytes under way at that time come late.  When
 * it is fast again, it is used again.
 */
static void
test_slower(void **state)
{
	struct link_model m;

	(void)state;
	model_init(&m, 20, 1000);
	model_run(&m, 5 * SECOND);
	m.rate /= 20;
	model_run(&m, 3 * SECOND);
	assert_true(m.worst < 20 * LIMIT_US / 4 + LIMIT_US);
	model_run(&m, 20 * SECOND);
	model_good(&m, 20 * SECOND, 90);
	m.rate *= 20;
	model_run(&m, 3 * SECOND);
	model_run(&m, 20 * SECOND);
	model_good(&m, 20 * SECOND, 90);
}

/* The path becomes longer: that does not count as a queue for ever. */
static void
test_longer(void **state)
{
	struct link_model m;

	(void)state;
	model_init(&m, 20, 20000);
	model_run(&m, 5 * SECOND);
	m.path = 120000;
	model_run(&m, 15 * SECOND);
	model_run(&m, 20 * SECOND);
	model_good(&m, 20 * SECOND, 85);
	m.path = 20000;
	model_run(&m, 62 * SECOND);
	model_run(&m, 20 * SECOND);
	model_good(&m, 20 * SECOND, 90);
}

/* The path was measured as too long: frames are in time all the same. */
static void
test_mismeasured(void **state)
{
	struct link_model m;

	(void)state;
	model_init(&m, 1, 200);
	m.w.path_us = 24000;
	model_run(&m, 3 * SECOND);
	model_run(&m, 20 * SECOND);
	assert_int_equal(m.w.path_us, 24000);
	assert_in_range(m.worst + window_wait(&m.w), 1, LIMIT_US * 15 / 16);
}

/*
 * Without answers no byte beyond the window is ever sent.  An answer counts
 * only if it is that of the oldest PING.
 */
static void
test_mute(void **state)
{
	struct link_model m;
	int i;

	(void)state;
	model_init(&m, 100, 1000);
	for (i = 0; i < 100; i++) {
		model_send(&m);
		m.now += SECOND;
	}
	assert_in_range(m.w.sent, WINDOW_START - FRAME, WINDOW_START);
	assert_in_range(m.w.npings, 2, WINDOW_PINGS);
	assert_false(window_answer(&m.w, 0, m.now));
	assert_false(window_answer(&m.w, m.w.pings[1].asked_us, m.now));
	assert_false(window_answer(&m.w, m.w.pings[0].asked_us + 1, m.now));
	assert_int_equal(m.w.done, 0);
	assert_true(window_answer(&m.w, m.w.pings[0].asked_us, m.now));
	assert_int_not_equal(m.w.done, 0);
}

/* While an answer is late nothing is sent: it would only wait in the queue. */
static void
test_late(void **state)
{
	struct window w = { .size = 1000000, .limit_us = LIMIT_US };

	(void)state;
	window_ask(&w, SECOND);
	assert_true(window_answer(&w, SECOND, SECOND + 1000));
	assert_int_equal(w.path_us, 1000);
	window_sent(&w, 100000, false);
	window_ask(&w, 2 * SECOND);
	assert_true(window_room(&w, 2 * SECOND + 52000) == 900000);
	assert_true(window_room(&w, 2 * SECOND + 52001) == 0);
	assert_true(window_answer(&w, 2 * SECOND, 2 * SECOND + 60000));
	assert_true(window_room(&w, 2 * SECOND + 60000) > 0);
}

/*
 * Light traffic needs no PING; it is due when frames are kept back, or when a
 * frame was longer than the window.
 */
static void
test_asks(void **state)
{
	struct window w = { .size = WINDOW_MIN, .limit_us = LIMIT_US };

	(void)state;
	window_sent(&w, 2000, false);
	assert_false(window_asks(&w, 2 * SECOND));
	window_sent(&w, 0, true);
	assert_true(window_asks(&w, 2 * SECOND));
	w = (struct window) { .size = WINDOW_MIN, .limit_us = LIMIT_US };
	assert_true(window_room(&w, SECOND) == WINDOW_MIN);
	window_sent(&w, 65536, false);
	assert_true(window_room(&w, SECOND) == 0);
	assert_true(window_asks(&w, SECOND));
}

/* Two PINGs at the same time have different tokens. */
static void
test_tokens(void **state)
{
	struct window w = { .size = WINDOW_MIN, .limit_us = LIMIT_US };
	int i;

	(void)state;
	for (i = 0; i < WINDOW_PINGS + 1; i++)
		window_ask(&w, SECOND);
	assert_int_equal(w.npings, WINDOW_PINGS);
	for (i = 0; i < WINDOW_PINGS; i++)
		assert_true(window_answer(&w, SECOND + (uint64_t)i, SECOND));
	assert_false(window_answer(&w, SECOND + WINDOW_PINGS, SECOND));
}

/* The path has not changed: frames are never kept back to measure it. */
static void
test_undoubted(void **state)
{
	struct window w = { .size = WINDOW_START, .limit_us = LIMIT_US };
	uint64_t now = SECOND;
	int i;

	(void)state;
	for (i = 0; i < 3000; i++) {
		window_sent(&w, 1000, true);
		window_ask(&w, now);
		now += 20000;
		assert_true(window_answer(&w, w.pings[0].asked_us, now));
		assert_false(w.drain);
		now += 80000;
	}
	assert_int_equal(w.path_us, 20000);
}

/* Without a limit of delay there is no window, and no PING. */
static void
test_none(void **state)
{
	struct window w = { .size = WINDOW_START };

	(void)state;
	window_sent(&w, UINT32_MAX, true);
	assert_true(window_room(&w, SECOND) == UINT64_MAX);
	assert_true(window_step(&w) == UINT64_MAX);
	assert_false(window_asks(&w, SECOND));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_slower),
		cmocka_unit_test(test_longer),
		cmocka_unit_test(test_mismeasured),
		cmocka_unit_test(test_mute),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_asks),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_undoubted),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

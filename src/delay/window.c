/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "delay/window.h"

/* Between two drains under load: with the smallest window, with others. */
#define PROBE_MIN_US 2000000
#define PROBE_US     60000000

static uint64_t
smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The longest round trip with welcome queueing. */
static uint64_t
window_target(const struct window *w)
{
	return w->path_us + w->limit_us / 4;
}

/*
 * Whether the next answer is already so late that it shows a queue, even if the
 * connection had to send bytes again.
 */
static bool
window_late(const struct window *w, uint64_t now)
{
	return w->npings > 0 && w->path_us != 0 &&
	    now > w->pings[0].asked_us + window_target(w) + w->path_us;
}

uint64_t
window_room(const struct window *w, uint64_t now)
{
	uint64_t under_way = w->sent - w->done;

	if (w->limit_us == 0)
		return UINT64_MAX;
	if (w->drain || under_way >= w->size || window_late(w, now))
		return 0;
	return w->size - under_way;
}

/* Bytes written since the last PING. */
static uint64_t
window_tail(const struct window *w)
{
	return w->sent - (w->npings > 0 ? w->pings[w->npings - 1].at : w->done);
}

static uint64_t
window_spacing(const struct window *w)
{
	return larger(w->size / WINDOW_PINGS, WINDOW_MIN / 2);
}

uint64_t
window_step(const struct window *w)
{
	uint64_t tail = window_tail(w), spacing = window_spacing(w);

	if (w->limit_us == 0 || w->npings == WINDOW_PINGS)
		return UINT64_MAX;
	return tail < spacing ? spacing - tail : 0;
}

uint64_t
window_wait(const struct window *w)
{
	uint64_t left = w->limit_us - smaller(w->way_us, w->limit_us);

	/*
	 * On a short path bytes that are sent again come soon.  But a round
	 * trip measured behind them makes the path seem longer than it is, and
	 * the queue may then be longer by as much.
	 */
	if (w->path_us <= w->limit_us / 8)
		return w->limit_us / 2 - w->path_us;
	return smaller(larger(left, w->limit_us * 3 / 16) - w->limit_us / 8,
	    w->limit_us / 2);
}

void
window_sent(struct window *w, uint64_t bytes, bool held)
{
	w->sent += bytes;
	w->held |= held;
}

bool
window_asks(const struct window *w, uint64_t now)
{
	uint64_t tail = window_tail(w);

	if (w->limit_us == 0 || w->npings == WINDOW_PINGS)
		return false;
	if ((w->held && w->npings == 0) || tail >= window_spacing(w))
		return true;
	return tail >= WINDOW_MIN / 2 && now >= w->asked_us + w->limit_us / 16;
}

uint64_t
window_ask(struct window *w, uint64_t now)
{
	if (w->npings == WINDOW_PINGS) /* send the newest one once more */
		return w->asked_us;
	w->asked_us = larger(now, w->asked_us + 1); /* tokens differ */
	w->pings[w->npings].asked_us = w->asked_us;
	w->pings[w->npings].at = w->sent;
	w->pings[w->npings].done = w->done;
	w->npings++;
	return w->asked_us;
}

/*
 * Called once a round, so that each change takes effect before the next one.
 * Bytes that the connection sends again delay all that follow by a round trip:
 * the shortest round trip of a round tells of a queue, not the longest.
 */
static void
window_resize(struct window *w)
{
	uint64_t queueing = w->least_us - w->path_us;
	uint64_t worst = w->worst_us - w->path_us;
	uint64_t rate = larger(w->rate, w->before_rate);

	if (smaller(queueing, w->before_us) > w->limit_us / 4 ||
	    queueing > w->limit_us / 4 + w->path_us)
		w->size = smaller(w->size, rate * window_target(w) / 1000);
	else if (w->held && worst <= w->limit_us / 16)
		w->size += w->size / 2;
	else if (w->held && worst <= w->limit_us / 8 + w->path_us)
		w->size += w->size / 8;
	w->size = larger(smaller(w->size, WINDOW_MAX), WINDOW_MIN);
	w->before_us = queueing;
	w->before_rate = w->rate;
}

/* Begins a round. */
static void
window_begin(struct window *w, uint64_t now)
{
	w->round_us = now;
	w->worst_us = w->least_us = w->rate = 0;
}

/* Whether to drain: the path may differ from path_us. */
static bool
window_doubts(const struct window *w, uint64_t now)
{
	uint64_t since = now - w->probed_us;

	if (w->size == WINDOW_MIN)
		return w->rtt_us > window_target(w) && since >= PROBE_MIN_US;
	return w->rtt_us > w->path_us + w->limit_us / 8 && since >= PROBE_US;
}

/* The path is empty: a full window at once would only be a queue. */
static void
window_refill(struct window *w)
{
	w->size = larger(w->size * (w->limit_us / 4) / window_target(w),
	    WINDOW_MIN);
}

static void
window_alone(struct window *w, uint64_t now)
{
	if (w->drain)
		window_refill(w);
	w->drain = false;
	w->probed_us = now;
	window_begin(w, now);
}

static void
window_round(struct window *w, uint64_t bytes, uint64_t asked, uint64_t now)
{
	w->worst_us = larger(w->worst_us, w->rtt_us);
	w->least_us = w->least_us == 0 ? w->rtt_us :
					 smaller(w->least_us, w->rtt_us);
	w->rate = larger(w->rate, bytes * 1000 / w->rtt_us);
	if (asked < w->round_us)
		return;
	window_resize(w);
	w->drain = w->drain || window_doubts(w, now);
	window_begin(w, now);
	w->held = false;
}

bool
window_answer(struct window *w, uint64_t token, uint64_t now)
{
	uint64_t asked = w->pings[0].asked_us, at = w->pings[0].at;
	uint64_t bytes = at - w->pings[0].done;

	if (w->npings == 0 || token != asked)
		return false;
	w->npings--;
	memmove(w->pings, w->pings + 1, sizeof(w->pings) - sizeof(*w->pings));
	w->done = at;
	w->rtt_us = larger(now - smaller(asked, now), 1);
	if (bytes == 0 || w->path_us == 0 || w->rtt_us < w->path_us)
		w->path_us = w->rtt_us;
	w->way_us = larger(w->rtt_us - w->path_us / 2,
	    w->way_us - w->way_us / 128);
	if (bytes == 0)
		window_alone(w, now);
	else
		window_round(w, bytes, asked, now);
	return true;
}

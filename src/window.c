#include "window.h"

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

/* A round trip without more queueing than is welcome. */
static uint64_t
window_target(const struct window *w)
{
	return w->path_us + w->limit_us / 4;
}

/* The answer is late already: no need to wait for it to know that. */
static bool
window_late(const struct window *w, uint64_t now)
{
	return w->asked_us != 0 && w->path_us != 0 &&
	    now > w->asked_us + window_target(w);
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

void
window_sent(struct window *w, uint64_t bytes, bool held, uint64_t now)
{
	if (w->sent == w->mark)
		w->first_us = now;
	w->sent += bytes;
	w->held |= held;
}

bool
window_asks(const struct window *w, uint64_t now)
{
	uint64_t under_way = w->sent - w->done;

	if (w->limit_us == 0 || w->asked_us != 0)
		return false;
	if (w->held || under_way >= w->size / 2)
		return true;
	return under_way >= WINDOW_MIN / 2 &&
	    now >= w->answered_us + w->limit_us / 16;
}

void
window_ask(struct window *w, uint64_t now)
{
	w->asked_us = now;
	w->mark = w->sent;
	w->round_us = larger(w->answered_us, w->first_us);
	w->alone = w->sent == w->done;
}

static void
window_resize(struct window *w, uint64_t bytes, uint64_t took)
{
	uint64_t right = bytes * window_target(w) / larger(took, 1);
	uint64_t queueing = w->rtt_us - w->path_us;

	if (queueing > w->limit_us / 4)
		w->size = smaller(w->size, right);
	else if (w->held && queueing < w->limit_us / 16)
		w->size *= 2;
	else if (w->held)
		w->size = larger(w->size, smaller(2 * w->size, right));
	w->size = larger(smaller(w->size, WINDOW_MAX), WINDOW_MIN);
}

void
window_answer(struct window *w, uint64_t now)
{
	uint64_t bytes = w->mark - w->done;
	uint64_t took = now - w->round_us;

	w->rtt_us = larger(now - w->asked_us, 1);
	if (w->alone || w->path_us == 0 || w->rtt_us < w->path_us)
		w->path_us = w->rtt_us;
	if (w->alone) {
		w->drain = false;
		w->probed_us = now;
	} else {
		window_resize(w, bytes, took);
		w->drain = w->rtt_us > window_target(w) &&
		    now >= w->probed_us + WINDOW_PROBE_US;
	}
	w->done = w->mark;
	w->asked_us = 0;
	w->answered_us = now;
	w->held = false;
}

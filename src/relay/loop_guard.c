/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  If the end points of the session are not known
 * correctly, each frame sent to the peer makes frames on the captured
 * interface, which are captured and sent again.  Such a loop fills the stream.
 *
 * Suspicion.  This host sends the frames of a loop, and they have about as many
 * bytes as the session sends.  Other captured frames share the stream, so a
 * quarter of its bytes is enough to suspect: a loop with less does not fill the
 * stream.  A stream of less than 16 KB/s is not worth a test.  Ordinary traffic
 * looks the same when the host sends or forwards much.  So twelve suspicious
 * slots, 3 seconds, only lead to a test.
 *
 * Silence is no proof.  To stop sending and to see whether the capture falls
 * silent is not enough: traffic may end by chance, and after a loop was found
 * another test would have to capture again.  Frames that follow our padding are
 * proof.
 *
 * Test.  First no frame is sent to the peer (the kernel's queue keeps captured
 * frames) until the peer has answered a PING: then nothing of ours is under
 * way, however deep the buffers are between.  Then padding is sent, which the
 * peer ignores, and a PING behind it.  Meanwhile a second capture counts the
 * bytes that the host sends on the interface; frames in the first queue do not
 * matter.  In a loop the second capture hears the padding and headers around
 * it: 3/4 to 2 times the padding.  After the answer it listens once more for as
 * long as that took, and hears less than half of the padding.  There are three
 * such rounds, because traffic in bursts may look so once; the second round has
 * half of the padding.  The padding has as many bytes as the host sent in 100
 * ms, so that other traffic does not hide a loop.
 *
 * What a test costs.  Ordinary traffic ends the test when the first padding is
 * answered, or as soon as more than twice the padding was heard: a round trip
 * or two, no frame is lost.  The next test comes after a minute at the
 * earliest, then after two, four, eight.
 *
 * After a loop was found, nothing is captured.  The test is repeated at the
 * same intervals; it needs no captured traffic, so it does not start the loop
 * again.
 */
#include <string.h>

#include "relay/loop_guard.h"

#define RATE_MIN 16384 /* bytes/s */

static void
loop_guard_enter(struct loop_guard *g, const struct loop_guard_input *in,
    enum loop_guard_state s)
{
	g->state = s;
	g->since_ms = in->now;
	g->heard = in->heard;
}

static void
loop_guard_slot_begin(struct loop_guard *g, const struct loop_guard_input *in)
{
	g->slot_ms = in->now;
	g->sent = in->sent;
	g->own = in->own;
}

void
loop_guard_begin(struct loop_guard *g, const struct loop_guard_input *in)
{
	loop_guard_enter(g, in, LOOP_GUARD_WATCH);
	loop_guard_slot_begin(g, in);
	g->suspicion = 0;
	g->next_ms = in->now;
	if (!g->held)
		g->wait_ms = 0;
}

static void
loop_guard_limit(uint64_t *value, uint64_t min, uint64_t max)
{
	if (*value < min)
		*value = min;
	if (*value > max)
		*value = max;
}

void
loop_guard_give_up(struct loop_guard *g, uint64_t now)
{
	g->wait_ms *= 2;
	loop_guard_limit(&g->wait_ms, LOOP_GUARD_WAIT_MIN, LOOP_GUARD_WAIT_MAX);
	g->next_ms = now + g->wait_ms;
	g->state = LOOP_GUARD_WATCH;
	g->suspicion = 0;
}

static enum loop_guard_act
loop_guard_clear(struct loop_guard *g, const struct loop_guard_input *in)
{
	loop_guard_give_up(g, in->now);
	if (g->held) { /* a later loop is a new one */
		g->held = false;
		g->wait_ms = 0;
		g->next_ms = in->now;
	}
	loop_guard_slot_begin(g, in);
	return LOOP_GUARD_CLEAR;
}

static enum loop_guard_act
loop_guard_hold(struct loop_guard *g, const struct loop_guard_input *in)
{
	if (!g->held)
		g->wait_ms = 0;
	g->held = true;
	loop_guard_give_up(g, in->now);
	return LOOP_GUARD_HOLD;
}

/* One slot is over: suspicion rises or falls by one. */
static void
loop_guard_slot(struct loop_guard *g, const struct loop_guard_input *in)
{
	uint64_t ms = in->now - g->slot_ms;
	uint64_t sent = in->sent - g->sent, own = in->own - g->own;

	if (sent * 1000 >= ms * RATE_MIN && own >= sent / 4) {
		g->suspicion++;
		g->rate = own * 1000 / ms;
	} else if (g->suspicion > 0)
		g->suspicion--;
	loop_guard_slot_begin(g, in);
}

static enum loop_guard_act
loop_guard_watch(struct loop_guard *g, const struct loop_guard_input *in)
{
	if (in->now >= g->slot_ms + LOOP_GUARD_SLOT_MS)
		loop_guard_slot(g, in);
	if (in->now < g->next_ms ||
	    (!g->held && g->suspicion < LOOP_GUARD_SLOTS))
		return LOOP_GUARD_NOTHING;
	loop_guard_enter(g, in, LOOP_GUARD_DRAIN);
	return LOOP_GUARD_PAUSE;
}

static enum loop_guard_act
loop_guard_pad(struct loop_guard *g, const struct loop_guard_input *in,
    int round)
{
	g->round = round;
	g->pad = g->rate / 10;
	loop_guard_limit(&g->pad, LOOP_GUARD_PAD_MIN, LOOP_GUARD_PAD_MAX);
	if (round % 2 == 1)
		g->pad /= 2;
	loop_guard_enter(g, in, LOOP_GUARD_ECHO);
	return LOOP_GUARD_PAD;
}

static enum loop_guard_act
loop_guard_drain(struct loop_guard *g, const struct loop_guard_input *in)
{
	if (in->answered)
		return loop_guard_pad(g, in, 0);
	if (in->now < g->since_ms + LOOP_GUARD_LIMIT_MS)
		return LOOP_GUARD_NOTHING;
	return g->held ? loop_guard_hold(g, in) : loop_guard_clear(g, in);
}

static enum loop_guard_act
loop_guard_echo(struct loop_guard *g, const struct loop_guard_input *in)
{
	int64_t heard = in->heard - g->heard, pad = (int64_t)g->pad;
	uint64_t took = in->now - g->since_ms;

	if (g->held && took >= LOOP_GUARD_LIMIT_MS)
		return loop_guard_hold(g, in);
	if (heard > 2 * pad || took >= LOOP_GUARD_LIMIT_MS ||
	    (in->answered && heard < pad * 3 / 4))
		return loop_guard_clear(g, in);
	if (!in->answered)
		return LOOP_GUARD_NOTHING;
	g->rest_ms = in->now +
	    (took > LOOP_GUARD_REST_MS ? took : LOOP_GUARD_REST_MS);
	loop_guard_enter(g, in, LOOP_GUARD_REST);
	return LOOP_GUARD_NOTHING;
}

static enum loop_guard_act
loop_guard_rest(struct loop_guard *g, const struct loop_guard_input *in)
{
	if (in->heard - g->heard > (int64_t)g->pad / 2)
		return loop_guard_clear(g, in);
	if (in->now < g->rest_ms)
		return LOOP_GUARD_NOTHING;
	if (g->round + 1 == LOOP_GUARD_ROUNDS)
		return loop_guard_hold(g, in);
	return loop_guard_pad(g, in, g->round + 1);
}

enum loop_guard_act
loop_guard_turn(struct loop_guard *g, const struct loop_guard_input *in)
{
	switch (g->state) {
	case LOOP_GUARD_DRAIN:
		return loop_guard_drain(g, in);
	case LOOP_GUARD_ECHO:
		return loop_guard_echo(g, in);
	case LOOP_GUARD_REST:
		return loop_guard_rest(g, in);
	default:
		return loop_guard_watch(g, in);
	}
}

uint64_t
loop_guard_due(const struct loop_guard *g, uint64_t now)
{
	switch (g->state) {
	case LOOP_GUARD_DRAIN:
		return g->since_ms + LOOP_GUARD_LIMIT_MS;
	case LOOP_GUARD_ECHO:
	case LOOP_GUARD_REST:
		return now + 2; /* to notice other traffic early */
	default:
		return g->held ? g->next_ms : UINT64_MAX;
	}
}

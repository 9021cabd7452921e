/* SPDX-License-Identifier: ISC */
/*
 * What arrives, and what must not.
 *
 * A frame that shall not come is waited for by another one that was sent
 * behind it, and then by one the other way: all that the first could have
 * caused, a duplicate or an echo, comes before these.
 */
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "smoke.h"

#define WINDOW 32 /* frames on their way; FreeBSD's tap queues 50 */
#define ROW    256
#define FULL   1514 /* at the MTU of 1500 */

static const struct shape probe = { .len = 60, .broadcast = true };
static int windows, twice, back_doll, back_real;
static bool doubles; /* this kernel does */

static int
count(const struct end *e, unsigned number)
{
	int i, n = 0;

	for (i = 0; i < e->nseen; i++)
		n += e->seen[i].number == number;
	return n;
}

/*
 * NetBSD 10 shows a capture twice what is written to a tap (sys/net/if_tap.c,
 * tap_dev_write(), and sys/net/if.c, if_percpuq_softint(): both call
 * bpf_mtap()).
 */
void
carry_begin(void)
{
	unsigned first, second;

	if (!need(end_open(&doll, &port_capture, real.name) == 0,
		"a capture on the tap", "there is none"))
		return;
	first = end_send(&real, &doll, &probe);
	second = end_send(&real, &doll, &probe);
	(void)need(end_sees(&doll, second), "a capture on the tap",
	    "it shows nothing of what is written to %s", real.name);
	doubles = count(&doll, first) > 1;
	end_close(&doll);
}

/* Whether something has come from the other end. */
static bool
is_reached(const struct end *e)
{
	int i;

	for (i = 0; i < e->nseen; i++)
		if (!e->seen[i].own)
			return true;
	return false;
}

/*
 * Sends frames both ways until some have come through.  What the doll sent
 * without a session may come back now: NetBSD captures it only when its tap is
 * read (sys/net/if_tap.c, tap_dev_read()), too late for the capture to know
 * its own.
 */
static bool
open_both_ways(void *arg)
{
	(void)arg;
	(void)end_send(&real, &doll, &probe);
	(void)end_send(&doll, &real, &probe);
	end_collect(&real);
	end_collect(&doll);
	return is_reached(&real) && is_reached(&doll);
}

/* Both are behind all that was sent before. */
static bool
fence(struct end *from, struct end *to, unsigned *there, unsigned *here)
{
	*there = end_send(from, to, &probe);
	if (!end_sees(to, *there))
		return false;
	*here = end_send(to, from, &probe);
	return end_sees(from, *here);
}

bool
carried(const char *what)
{
	unsigned there, here;

	real.nseen = doll.nseen = 0;
	return check(until(open_both_ways, NULL, -1) &&
		fence(&real, &doll, &there, &here),
	    what, "expected frames at both ends, seen %s at the doll, %s at %s",
	    is_reached(&doll) ? "some" : "none",
	    is_reached(&real) ? "some" : "none", real.name);
}

/*
 * Duplicates and echoes, whatever else is wrong.  first: of what was sent in
 * this window; what is older is late, and came before.
 */
static void
count_surplus(const struct end *e, unsigned first)
{
	int i, j;

	for (i = 0; i < e->nseen; i++) {
		if (e->seen[i].own) {
			*(e == &doll ? &back_doll : &back_real) += 1;
			continue;
		}
		twice += e->seen[i].number < first;
		for (j = 0; j < i; j++)
			twice += e->seen[i].number == e->seen[j].number;
	}
}

/* Where in what has come this frame is, not before `at`; -1: nowhere. */
static int
find(const struct end *to, unsigned number, int at)
{
	for (; at < to->nseen; at++)
		if (to->seen[at].number == number)
			return at;
	return -1;
}

/* What is wrong with a frame, not to be found before *at; NULL: nothing. */
static const char *
verdict(const struct end *to, unsigned number, bool lost, int *at)
{
	static char text[64];
	int found = find(to, number, lost ? 0 : *at);

	if (lost)
		return found == -1 ? NULL : "it passes the filter";
	if (found == -1 && find(to, number, 0) != -1)
		return "it comes before its predecessor";
	if (found == -1)
		return "it does not arrive";
	*at = found + 1;
	if (to->seen[found].damage == -1)
		return NULL;
	(void)snprintf(text, sizeof(text), "it differs from byte %d on",
	    to->seen[found].damage);
	return text;
}

/* One window of frames.  False: why is filled. */
static bool
pass(struct end *from, struct end *to, const struct shape *shapes, int n,
    char *why, size_t size)
{
	unsigned numbers[WINDOW] = { 0 }, there, here;
	const char *bad = NULL;
	int i, at = 0;

	real.nseen = doll.nseen = 0;
	for (i = 0; i < n; i++)
		numbers[i] = end_send(from, to, &shapes[i]);
	if (!fence(from, to, &there, &here)) {
		(void)snprintf(why, size,
		    "a frame sent behind them does not arrive, or its answer");
		return false;
	}
	windows++;
	count_surplus(from, numbers[0]);
	count_surplus(to, numbers[0]);
	for (i = 0; i < n; i++) {
		bad = verdict(to, numbers[i], shapes[i].lost, &at);
		if (bad == NULL)
			continue;
		(void)snprintf(why, size, "frame %d of %d, %u bytes: %s", i + 1,
		    n, shapes[i].len, bad);
		return false;
	}
	return true;
}

/* What the port at its origin said of a frame, if anything. */
static const char *
refusal(const struct end *from, uint64_t before)
{
	static char text[128];

	if (from->port.count.refused == before)
		return "";
	(void)snprintf(text, sizeof(text), "; %s refused: %s", from->name,
	    strerror(from->port.count.refused_errno));
	return text;
}

static const char *
direction(const struct end *to)
{
	return to == &doll ? "to the doll" : "from the doll";
}

bool
carry(struct end *from, struct end *to, const char *what,
    const struct shape *shapes, int n)
{
	uint64_t refused = from->port.count.refused;
	char why[256] = "", title[128];
	bool good = pass(from, to, shapes, n, why, sizeof(why));

	(void)snprintf(title, sizeof(title), "%s: %s", direction(to), what);
	return check(good, title, "%s%s", why, refusal(from, refused));
}

static void
carry_row(struct end *from, struct end *to)
{
	uint64_t refused = from->port.count.refused;
	struct shape row[WINDOW];
	char why[256] = "", title[128];
	bool good = true;
	int i;

	for (i = 0; i < WINDOW; i++)
		row[i] = (struct shape) { .len = 300 + (uint32_t)i };
	for (i = 0; good && i < ROW; i += WINDOW)
		good = pass(from, to, row, WINDOW, why, sizeof(why));
	(void)snprintf(title, sizeof(title), "%s: %d frames in order",
	    direction(to), ROW);
	(void)check(good, title, "%s%s", why, refusal(from, refused));
}

static void
carry_kinds(struct end *from, struct end *to)
{
	static const struct shape sizes[] = { { .len = 42 }, { .len = 60 },
		{ .len = 61 }, { .len = 590 }, { .len = FULL - 1 },
		{ .len = FULL } };
	static const struct shape tagged[] = { { .len = 64, .tagged = true },
		{ .len = FULL, .tagged = true } };

	(void)carry(from, to, "42 to 1514 bytes", sizes, 6);
	(void)carry(from, to, "VLAN tags, 64 and 1514 bytes", tagged, 2);
	(void)carry(from, to, "broadcast", &probe, 1);
	carry_row(from, to);
}

void
carry_all(void)
{
	carry_kinds(&real, &doll);
	carry_kinds(&doll, &real);
}

void
carry_end(void)
{
	if (windows == 0) /* that is said */
		return;
	if (doubles)
		skip("no frame comes twice",
		    "this kernel shows each twice that is written to a tap");
	else
		(void)check(twice == 0, "no frame comes twice", "%d did",
		    twice);
	(void)check(back_doll == 0 && back_real == 0, "no frame comes back",
	    "%d that the doll sent came to the doll, %d that came in at %s "
	    "went out there",
	    back_doll, back_real, real.name);
}

/* SPDX-License-Identifier: ISC */
/*
 * How old a frame may be when it is delivered (--max-delay), on one way.
 *
 * Theory of operation.  To the peer: a frame may wait here for a part of the
 * limit, its own time being that of its arrival in the kernel where the port
 * tells it, else the time since when its batch is here.  The relay comes back
 * when its oldest frame may pass that, and discards; when the batch is gone so
 * are, batch by batch, the old frames behind it in the kernel's queue.  The
 * rest of the limit is for the way: window.h keeps queues there short.
 *
 * From the peer: what a connection must send again is late all the same, and
 * all that follows it, too.  So MARKs among the frames say, by the sender's
 * clock, when they were written, and how old the frame behind them was.  The
 * smallest difference between our clock and the sender's that a MARK has shown
 * is the path's own, and the clocks'; what a later one shows beyond it is
 * lateness.  The difference is that of the last two periods, so that a way that
 * has become longer is not late for ever.
 *
 * The clock of frames that wait here counts since 1970: it may be set at any
 * time, and a frame from the future is new.
 */
#ifndef DELAY_H
#define DELAY_H

#include "delay/window.h"
#include "log.h"

struct flow;
struct mark;

#define DELAY_PERIOD_US 2000000
#define DELAY_MARKS	8 /* in a period, at least */

/* All zero at the start. */
struct delay {
	uint64_t limit_us; /* 0: nothing is ever too old */
	uint64_t unsaid; /* discarded frames that the log has not told yet */
	struct log_limit said;

	/* to the peer */
	struct window window; /* what may be under way */
	uint64_t age_us; /* of the frame that is next to go */
	uint64_t excused_ms; /* until then (clock_ms()) nothing has waited too
				long */

	/* from the peer, as its MARKs say */
	uint64_t since_us; /* the sender's clock: when the frames came there */
	uint64_t least_us[2]; /* our clock less the sender's, the smallest: in
				 this period, in the last one */
	uint64_t began_us; /* when this period did, by our clock */
	unsigned marks; /* in this period */
	uint64_t late; /* frames that the session has discarded as late, until
			  delay_late() tells them */
};

/*
 * To the peer: sets the limit, in every turn of the loop.  windowed: the peer
 * answers PINGs.
 */
void delay_limit(struct delay *, uint64_t ms, bool windowed);
/*
 * Until now frames waited for something else than the peer: for a moment none
 * of them counts as old.
 */
void delay_excuse(struct delay *);
/* The peer has left some of a batch. */
void delay_left(struct flow *, uint64_t now_ns);
/*
 * Takes frames that have waited too long from the way out, and sets age_us for
 * the next one.  Returns how many it has taken.
 */
uint64_t delay_discard(struct delay *, struct flow *, uint64_t now_ns);
/* In how many ms a frame may have waited too long; -1: there is none. */
int delay_wait(const struct delay *, const struct flow *, uint64_t now_ns);

/* From the peer: a MARK has come, at now_us by our clock. */
void delay_mark(struct delay *, const struct mark *, uint64_t now_us);
/*
 * Whether a frame is too old, or would be before all of a batch has been
 * delivered: a sixteenth of the limit is for that.  path_us: the path's round
 * trip, 0: unknown.  A path that alone takes longer than is allowed is not held
 * against its frames.
 */
bool delay_is_late(const struct delay *, uint64_t path_us, uint64_t now_us);
/* How many frames were discarded as late since the last call. */
uint64_t delay_late(struct delay *);

/* Says what was discarded, at most once a minute; last: now or never. */
void delay_say(struct delay *, const char *name, bool last);

#endif

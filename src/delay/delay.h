/* SPDX-License-Identifier: ISC */
/*
 * Keeps frames from being older than the limit (--max-delay) when they are
 * delivered, in one direction.
 *
 * Theory of operation.  To the peer: a frame may wait here for a part of the
 * limit.  Its age counts from its arrival in the kernel, if the port tells that
 * time, else from when its batch had to wait.  When the oldest frame has waited
 * too long the relay discards it.  Once the batch is gone it reads the next one
 * from the kernel's queue and discards the old frames there, too.  The rest of
 * the limit is for the way to the peer: window.h keeps queues there short.
 *
 * From the peer: a connection may have to send bytes again, which delays them
 * and all that follow.  So MARKs among the frames say, by the sender's clock,
 * when each was written, and how old the next frame was then.  Our time of its
 * arrival less the sender's time is the delay of the path plus the difference
 * of the two clocks.  The smallest such number of the last two periods is taken
 * for a path without queues; what a MARK shows beyond that number is lateness.
 * A path that has become longer counts as late for two periods at most.
 *
 * The times of waiting frames come from the clock that counts since 1970, which
 * may be set at any time: a frame from the future counts as new.
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
	uint64_t unsaid; /* discarded frames that are not logged yet */
	struct log_limit said;

	/* to the peer */
	struct window window; /* how much may be under way */
	uint64_t age_us; /* of the frame that is next to go */
	uint64_t excused_ms; /* until this clock_ms() no frame is too old */

	/* from the peer, as its MARKs say */
	uint64_t since_us; /* the sender's clock: when the frames came there */
	uint64_t least_us[2]; /* smallest of our clock less the sender's: in
				 this period, in the last one */
	uint64_t began_us; /* when this period began, by our clock */
	unsigned marks; /* in this period */
	uint64_t late; /* frames discarded as late since delay_late() */
};

/*
 * To the peer: sets the limit; called in every turn of the loop.  windowed: the
 * peer answers PINGs.
 */
void delay_limit(struct delay *, uint64_t ms, bool windowed);
/*
 * Until now frames waited for another reason than the peer: for half a second
 * none of them counts as old.
 */
void delay_excuse(struct delay *);
/* The peer has not taken all of a batch: its frames age from now on. */
void delay_left(struct flow *, uint64_t now_ns);
/*
 * Discards the frames at the head of f->out that have waited too long, and sets
 * age_us to the age of the next one.  Returns how many it has discarded.
 */
uint64_t delay_discard(struct delay *, struct flow *, uint64_t now_ns);
/* In how many ms the next frame has waited too long; -1: there is none. */
int delay_wait(const struct delay *, const struct flow *, uint64_t now_ns);

/* From the peer: a MARK has come, at now_us by our clock. */
void delay_mark(struct delay *, const struct mark *, uint64_t now_us);
/*
 * Whether the frames behind the last MARK are too old, or would be before a
 * batch is delivered, for which a sixteenth of the limit is reserved.  path_us:
 * the path's round trip, 0: unknown.  Its half counts as age, but at most half
 * of the limit: otherwise a slow path would make all frames late.
 */
bool delay_is_late(const struct delay *, uint64_t path_us, uint64_t now_us);
/* How many frames were discarded as late since the last call. */
uint64_t delay_late(struct delay *);

/* Logs how many were discarded, at most once a minute; last: at once. */
void delay_say(struct delay *, const char *name, bool last);

#endif

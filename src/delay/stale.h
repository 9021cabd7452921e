/*
 * Frames that have become too old while the peer took nothing.
 *
 * Theory of operation.  A frame may wait here for a part of the limit, its own
 * time being that of its arrival in the kernel where the port tells it, else
 * the time since when its batch is here; the rest is for its way, see
 * window_wait().  The relay comes back when its oldest frame may pass that, and
 * discards; when the batch is gone so are, batch by batch, the old frames
 * behind it in the kernel's queue.
 *
 * The clock is that of the frames, clock_wall_ns(): it may be set at any time,
 * and a frame from the future is new.
 */
#ifndef STALE_H
#define STALE_H

#include "log.h"

struct flow;

struct stale {
	uint64_t limit_ns; /* --max-delay; 0: nothing is ever too old */
	uint64_t wait_ns; /* what of it a frame may wait here */
	uint64_t unsaid; /* discarded, not in the log yet */
	struct log_limit limit;
};

/* The peer has left some of a batch. */
void stale_left(struct flow *, uint64_t now);
/* How old the next frame on the way out is; nobody told: just received. */
uint64_t stale_age_us(const struct flow *, uint64_t now);
/* Takes what has waited too long from the way out.  How many frames. */
uint64_t stale_discard(struct stale *, struct flow *, uint64_t now);
/* In how many ms to look again; -1: no need. */
int stale_wait_ms(const struct stale *, const struct flow *, uint64_t now);
/* Says what was discarded, at most once a minute. */
void stale_say(struct stale *, const char *name);

#endif

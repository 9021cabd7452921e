/*
 * How old a frame may be when it is delivered (--max-delay), on one way.
 *
 * Theory of operation.  A frame may wait here for a part of the limit, its own
 * time being that of its arrival in the kernel where the port tells it, else
 * the time since when its batch is here.  The relay comes back when its oldest
 * frame may pass that, and discards; when the batch is gone so are, batch by
 * batch, the old frames behind it in the kernel's queue.  The rest of the limit
 * is for the way: window.h keeps queues there short, and what is late all the
 * same the other side discards (late.h).
 *
 * The clock here is that of the frames, since 1970: it may be set at any time,
 * and a frame from the future is new.
 */
#ifndef DELAY_H
#define DELAY_H

#include "delay/late.h"
#include "delay/window.h"
#include "log.h"

struct flow;

/* All zero at the start. */
struct delay {
	uint64_t limit_us; /* 0: nothing is ever too old */
	struct window window; /* to the peer: what may be under way */
	struct late late; /* from the peer */
	uint64_t age_us; /* of the frame that is next to go to the peer */
	uint64_t excused_ms; /* until then (clock_ms()) nothing has waited too
				long */
	uint64_t unsaid; /* discarded, not in the log yet */
	struct log_limit said;
};

/*
 * To the peer: what is allowed, in every turn; windowed: the peer answers
 * PINGs.
 */
void delay_limit(struct delay *, uint64_t ms, bool windowed);
/* Frames had to wait for something else than the peer, until now. */
void delay_excuse(struct delay *);
/* The peer has left some of a batch. */
void delay_left(struct flow *, uint64_t now_ns);
/*
 * Takes what has waited too long from the way out, and tells in age_us how old
 * the next one is.  How many frames.
 */
uint64_t delay_discard(struct delay *, struct flow *, uint64_t now_ns);
/* In how many ms to look again; -1: no need. */
int delay_wait(const struct delay *, const struct flow *, uint64_t now_ns);
/* From the peer: n frames came too late (late.h), by the limit that it told. */
void delay_late(struct delay *, uint64_t n);
/* Says what was discarded, at most once a minute; last: now or never. */
void delay_say(struct delay *, const char *name, bool last);

#endif

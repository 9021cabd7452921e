/* SPDX-License-Identifier: ISC */
/*
 * How much may be under way to the peer: written, but not yet processed there.
 *
 * Theory of operation.  What is in socket buffers, in ssh or in front of a
 * slow reader is delay that nothing else bounds.  A peer answers PING in order
 * with frames, so an answer says that everything before the PING has been
 * delivered, and how long that took.  While many bytes are under way there are
 * up to four PINGs among them, and no more than `size' bytes are sent beyond
 * what has been answered for.  What a round trip takes longer than the path's
 * own is queueing.  Up to a quarter of the limit of it is welcome, as it keeps
 * the link busy:
 *
 *	size = best rate of two rounds * (path's own round trip + limit / 4)
 *
 * above that; below, a window that has kept frames back grows.  A connection
 * that sends something again holds up all behind it by a round trip or more;
 * the PINGs that it held up come back together, each less late than the one
 * before, while a queue makes all of a round late.  So it is the smallest round
 * trip of a round that shows a queue; on a long way, where one round trip more
 * means nothing, it must be so in two rounds.  What is late all the same the
 * other side discards, see delay.h.
 *
 * The path's own round trip is the smallest one seen, or that of the last PING
 * that was alone.  If the smallest window does not help, and now and then under
 * load that never ends, all frames are kept back until a PING has gone alone:
 * the path may have become longer, or shorter behind a queue that never ends.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_START 16384
#define WINDOW_MIN   4096
#define WINDOW_MAX   (64 * 1024 * 1024)
#define WINDOW_PINGS 4

/* All zero but size at the start. */
struct window {
	uint64_t limit_us; /* delay that is allowed; 0: there is no window */
	uint64_t size;
	uint64_t sent, done; /* positions in bytes: written; answered for */
	bool held; /* frames were kept back in this round */
	bool drain; /* all frames are kept back, until a PING has gone alone */
	uint64_t round_us; /* when size was looked at last */
	uint64_t worst_us, least_us; /* round trips since then */
	uint64_t rate; /* the best since then, bytes a ms */
	uint64_t before_us, before_rate; /* queueing, rate of the last round */

	int npings; /* under way, the oldest first */
	struct {
		uint64_t asked_us; /* and its token; never 0 */
		uint64_t at; /* bytes written before this PING */
		uint64_t done; /* bytes answered for when it was written */
	} pings[WINDOW_PINGS];
	uint64_t asked_us, probed_us; /* the last PING, the last one alone */
	uint64_t rtt_us, path_us; /* last round trip, the path's; 0: unknown */
	uint64_t way_us; /* one way, when it was slow not long ago */
};

/*
 * Bytes that may be sent now.  If it is not 0 and nothing is under way, one
 * frame may be longer.
 */
uint64_t window_room(const struct window *, uint64_t now_us);
/* After how many bytes it may be time for a PING. */
uint64_t window_step(const struct window *);
/* How long a frame may wait before it is written, to be in time. */
uint64_t window_wait(const struct window *);
/* So many bytes were written; more frames were kept back. */
void window_sent(struct window *, uint64_t bytes, bool held);
/* Whether it is time for a PING. */
bool window_asks(const struct window *, uint64_t now_us);
/* A PING goes; returns its token. */
uint64_t window_ask(struct window *, uint64_t now_us);
/* An answer has come; false: to no PING under way. */
bool window_answer(struct window *, uint64_t token, uint64_t now_us);

#endif

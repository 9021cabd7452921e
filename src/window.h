/*
 * How much may be under way to the peer: written, but not yet processed there.
 *
 * Theory of operation.  What is in socket buffers, in ssh or in front of a
 * slow reader is delay that nothing else bounds.  A peer answers PING in order
 * with frames, so an answer says that everything before the PING has been
 * delivered, and how long that took.  One PING is under way while many bytes
 * are, and no more than `size' bytes are sent beyond what has been answered
 * for.  What a round trip takes longer than the path's own is queueing.  Up to
 * a quarter of the limit of it is welcome, as it keeps the link busy:
 *
 *	size = rate of the last round * (path's own round trip + limit / 4)
 *
 * above that; below, a window that has kept frames back grows.
 *
 * The path's own round trip is the smallest one seen.  Now and then, under
 * load that never ends, all frames are kept back until a PING has gone alone,
 * as the path may have become longer, or may never have been seen without a
 * queue.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_START	16384
#define WINDOW_MIN	4096
#define WINDOW_MAX	(64 * 1024 * 1024)
#define WINDOW_PROBE_US 10000000

/* All zero but size at the start. */
struct window {
	uint64_t limit_us; /* delay that is allowed; 0: there is no window */
	uint64_t size;
	uint64_t sent, done; /* positions in bytes: written; answered for */
	bool held; /* it has kept frames back since the last answer */
	bool drain; /* all are kept back, for a PING alone */

	uint64_t asked_us; /* of the PING under way, and its token; 0: none */
	uint64_t mark; /* where in the stream the last PING is */
	uint64_t first_us; /* when the first byte behind mark was sent */
	uint64_t round_us; /* since when the bytes before it could go */
	bool alone; /* there were none */
	uint64_t answered_us, probed_us;
	uint64_t rtt_us, path_us; /* last round trip, the path's; 0: unknown */
};

/* Bytes that may be sent now; one frame may always if nothing is under way. */
uint64_t window_room(const struct window *, uint64_t now_us);
/* So many bytes were written; more frames were kept back. */
void window_sent(struct window *, uint64_t bytes, bool held, uint64_t now_us);
/* Whether it is time for a PING; there is none under way then. */
bool window_asks(const struct window *, uint64_t now_us);
/* A PING goes, its answer comes. */
void window_ask(struct window *, uint64_t now_us);
void window_answer(struct window *, uint64_t now_us);

#endif

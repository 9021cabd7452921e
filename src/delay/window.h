/* SPDX-License-Identifier: ISC */
/*
 * Limits the bytes under way to the peer: written, but not yet processed there.
 *
 * Theory of operation.  Bytes in socket buffers, in ssh or in front of a slow
 * reader are delay, and only this window bounds it.  A peer answers a PING in
 * order with frames: the answer says that all bytes before the PING have been
 * delivered, and how long that took.  Up to four PINGs are under way among the
 * frames, and at most `size' bytes beyond those that an answer has confirmed.
 * The time that a round trip takes longer than the path's own round trip is
 * queueing.  Queueing up to a quarter of the limit is welcome: it keeps the
 * link busy.  With more,
 *
 *	size = best rate of two rounds * (path's own round trip + limit / 4)
 *
 * and with less, a window that has kept frames back grows.
 *
 * A connection that sends bytes again holds up all later bytes by a round trip
 * or more.  The PINGs held up come back together, each less late than the one
 * before it; a queue makes all PINGs of a round late.  So the smallest round
 * trip of a round tells of a queue; on a long path, where one round trip more
 * means nothing, only if it does so in two rounds.  The other side discards
 * frames that are late all the same, see delay.h.
 *
 * The path's own round trip is the smallest one seen, or that of the last PING
 * that was under way alone.  The path may become longer, or shorter while a
 * queue hides that.  So all frames are kept back until a PING has gone alone,
 * if the smallest window does not help, and once a minute under endless load.
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
	uint64_t sent, done; /* bytes written so far; bytes confirmed so far */
	bool held; /* frames were kept back in this round */
	bool drain; /* all frames are kept back, until a PING has gone alone */
	uint64_t round_us; /* when this round began */
	uint64_t worst_us, least_us; /* longest, shortest round trip in it */
	uint64_t rate; /* the best in it, bytes a ms */
	uint64_t before_us, before_rate; /* queueing, rate of the last round */

	int npings; /* under way, the oldest first */
	struct {
		uint64_t asked_us; /* when it was sent; also its token; not 0 */
		uint64_t at; /* bytes written before it */
		uint64_t done; /* bytes confirmed when it was sent */
	} pings[WINDOW_PINGS];
	uint64_t asked_us, probed_us; /* the last PING; the last one alone */
	uint64_t rtt_us, path_us; /* last round trip, the path's; 0: unknown */
	uint64_t way_us; /* the slowest way to the peer; decays in time */
};

/*
 * Bytes that may be sent now.  If the number is not 0 and nothing is under way,
 * one frame may be longer.
 */
uint64_t window_room(const struct window *, uint64_t now_us);
/* After how many bytes from now the next PING may be due. */
uint64_t window_step(const struct window *);
/* Microseconds that a frame may wait before it is written, to be in time. */
uint64_t window_wait(const struct window *);
/* So many bytes were written; held: further frames were kept back. */
void window_sent(struct window *, uint64_t bytes, bool held);
/* Whether a PING is due. */
bool window_asks(const struct window *, uint64_t now_us);
/* A PING is sent now; returns its token. */
uint64_t window_ask(struct window *, uint64_t now_us);
/* An answer has come; false: it answers no PING under way. */
bool window_answer(struct window *, uint64_t token, uint64_t now_us);

#endif

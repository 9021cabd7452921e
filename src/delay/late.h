/*
 * Frames that have become too old on their way to us.
 *
 * Theory of operation.  The sender's window (window.h) keeps queues short, but
 * what a connection must send again is late all the same, and all that follows
 * it, too.  So MARKs among the frames say, by the sender's clock, when they
 * were written, and how old the frame behind them was.  The smallest difference
 * between our clock and his that a MARK has shown is the path's own, and the
 * clocks'; what a later one shows beyond it is lateness.  The difference is
 * that of the last two periods, so that a way that has become longer is not
 * late for ever.
 */
#ifndef LATE_H
#define LATE_H

#include <stdbool.h>
#include <stdint.h>

struct mark;

#define LATE_PERIOD_US 2000000
#define LATE_MARKS     8 /* in a period, at least */

/* All zero at the start. */
struct late {
	uint64_t since_us; /* his clock: when the frames came there */
	uint32_t limit_us; /* age that is allowed; 0: any */
	uint64_t least[2]; /* our clock less his: this period, the last one */
	uint64_t began_us; /* this period */
	unsigned marks; /* in it */
	uint64_t discarded; /* frames; the owner takes them away */
};

/* A MARK has come, at now_us by our clock. */
void late_mark(struct late *, const struct mark *, uint64_t now_us);
/*
 * Whether a frame is too old, or would be before all of a batch has been
 * delivered: a sixteenth is for that; path_us: the path's round trip, 0:
 * unknown.  A path that alone takes longer than is allowed is not held against
 * its frames.
 */
bool late_frame(const struct late *, uint64_t path_us, uint64_t now_us);

#endif

/*
 * A short pause of the port while many small frames arrive.
 *
 * Theory of operation.  To wake up, look and send costs about as much as some
 * ten small frames do.  Who is faster than they come does it for each of them,
 * and takes the time from all others on a small machine.  So while they come at
 * more than RATE, the port is left alone for a moment after each look, and what
 * has come meanwhile is one batch.  Larger frames are dearer themselves: there
 * a pause saves nothing, and what waits in queues must not wait for it.
 */
#ifndef POLL_PAUSE_H
#define POLL_PAUSE_H

#include "port/port.h"

struct poll_pause {
	unsigned frames; /* since then */
	uint64_t since_us, bytes;
	bool busy;
	uint64_t until_us; /* 0: there is none */
};

/* These frames have come from a port that may pause so long. */
void poll_pause_seen(struct poll_pause *, const struct frame *, int n,
    uint64_t pause_ns, uint64_t now_us);

#endif

/*
 * A short rest of the port while many small frames arrive.
 *
 * Theory of operation.  To wake up, look and send costs about as much as some
 * ten small frames do.  Who is faster than they come does it for each of them,
 * and takes the time from all others on a small machine.  So while they come at
 * more than RATE, the port is left alone for a moment after each look, and what
 * has come meanwhile is one batch.  Larger frames are dearer themselves: there
 * a rest saves nothing, and what waits in queues must not wait for it.
 */
#ifndef REST_H
#define REST_H

#include "port/port.h"

struct rest {
	unsigned frames; /* since then */
	uint64_t since_us, bytes;
	bool busy;
	uint64_t until_us; /* 0: there is none */
};

/* These frames have come from a port that may rest so long. */
void rest_seen(struct rest *, const struct frame *, int n, uint64_t rest_ns,
    uint64_t now_us);

#endif

/* Counters of the process, kept over sessions, and how they are shown. */
#ifndef STATS_H
#define STATS_H

#include <stdint.h>

struct counters {
	uint64_t up_frames, up_bytes; /* from the port to the peer */
	uint64_t down_frames, down_bytes; /* from the peer to the port */
	uint64_t readonly; /* not carried because of --read-only */
	uint64_t invalid; /* offload headers that make no sense */
	uint64_t oversize; /* too large or small for the peer */
	uint64_t stale; /* discarded: too old when the peer took them */
};

struct relay;

/* One block of key=value on standard error. */
void stats_block(struct relay *);
/* One line: on a terminal rewritten in place. */
void stats_line(struct relay *);

#endif

/* Counters of the process, kept over sessions, and how they are shown. */
#ifndef STATS_H
#define STATS_H

#include <stdbool.h>
#include <stdint.h>

#define STATS_REASON 64

/* Of one side, since its process began; etherpuppet(1) says what each means. */
struct counters {
	uint64_t up_frames, up_bytes; /* from the port to the peer */
	uint64_t down_frames, down_bytes; /* from the peer to the port */
	uint64_t dropped; /* by the kernel, before they could be read */
	uint64_t stale; /* too old for the peer, or its session is over */
	uint64_t late; /* from the peer: the same */
	uint64_t filtered; /* left out by -f */
	uint64_t refused; /* by the interface */
	uint64_t invalid; /* offload headers that make no sense */
	uint64_t readonly; /* not carried because of --read-only */
	uint64_t oversize; /* too large or small for the peer */
	char reason[STATS_REASON]; /* of the last refusal; the peer's is text
				      from a stranger: escape it */
};

struct relay;
struct session;

/* Adds what a session, or the relay's port, has counted. */
void stats_add_session(struct counters *, const struct session *);
void stats_add_port(struct counters *, const struct relay *);
/* All of this side's counters as they are now. */
void stats_read(struct relay *, struct counters *);
/* Tells the peer once about each change; due: about once a second. */
void stats_tell(struct relay *, bool due);

/* stats_text.c.  One block of key=value on standard error. */
void stats_block(struct relay *);
/* One line: on a terminal rewritten in place. */
void stats_line(struct relay *);

#endif

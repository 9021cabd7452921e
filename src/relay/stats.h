/* Counters of the process, kept over sessions, and how they are shown. */
#ifndef STATS_H
#define STATS_H

#include "log.h"
#include "session/message.h"

/* What was made known of the counters, and what the other side told. */
struct stats {
	struct counters told; /* what the peer knows of us */
	bool tell; /* something may have changed since */
	struct counters peer; /* what it has told, once have_peer is set */
	bool have_peer;
	uint64_t begun_ms; /* of the process */
	struct counters shown; /* by the last line, at shown_ms */
	uint64_t shown_ms;
	uint64_t line_ms; /* when the next one is due */
	uint64_t dropped; /* of those by the kernel: a line has said them */
	struct log_limit dropped_limit;
};

struct relay;
struct session;

/* Adds what a session, or the relay's port, has counted. */
void stats_add_session(struct counters *, const struct session *);
void stats_add_port(struct counters *, const struct relay *);
/* A session begins: neither side knows the other's; it ends: none is there. */
void stats_begin(struct stats *);
void stats_end(struct stats *);
/* The peer has told its counters. */
void stats_heard(struct stats *, const struct counters *);
/* All of this side's counters as they are now. */
void stats_read(struct relay *, struct counters *);
/* Tells the peer once about each change; due: about once a second. */
void stats_tell(struct relay *, bool due);
/* Says what the kernel had no room for, at most once a minute. */
void stats_say_dropped(struct relay *);

/* Writes one block of key=value on standard error. */
void stats_block(struct relay *);
/*
 * One line, if it is time for it (--stats): on a terminal rewritten in place.
 * Returns when the next one is due, UINT64_MAX: never.
 */
uint64_t stats_line(struct relay *, uint64_t now);

#endif

/* SPDX-License-Identifier: ISC */
/* Counters of the process, kept over sessions, and how they are shown. */
#ifndef STATS_H
#define STATS_H

#include "log.h"
#include "session/message.h"

/* The counters that the peer knows, that the user has seen, and the peer's. */
struct stats {
	struct counters told; /* ours, as sent to the peer */
	bool tell; /* they may have changed since */
	struct counters peer; /* the peer's, if have_peer */
	bool have_peer;
	uint64_t begun_ms; /* when the process began */
	struct counters shown; /* ours, in the line of shown_ms */
	uint64_t shown_ms;
	uint64_t line_ms; /* when the next line is due */
	uint64_t dropped; /* drops of the kernel that are logged */
	struct log_limit dropped_limit;
};

struct relay;
struct session;

/* Adds the counters of a session, or of the relay's port. */
void stats_add_session(struct counters *, const struct session *);
void stats_add_port(struct counters *, const struct relay *);
/* A session begins, ends: neither side knows the other's counters. */
void stats_begin(struct stats *);
void stats_end(struct stats *);
/* The peer has sent its counters. */
void stats_heard(struct stats *, const struct counters *);
/* All of this side's counters as they are now. */
void stats_read(struct relay *, struct counters *);
/*
 * Sends the counters to the peer if they have changed: if `due', about once a
 * second, and once more as soon as the last frame is gone.
 */
void stats_tell(struct relay *, bool due);
/* Logs how many frames the kernel dropped, at most once a minute. */
void stats_say_dropped(struct relay *);

/* Writes one block of key=value on standard error. */
void stats_block(struct relay *);
/*
 * Writes one line if it is due (--stats); on a terminal it replaces the last
 * one.  Returns when the next one is due; UINT64_MAX: never.
 */
uint64_t stats_line(struct relay *, uint64_t now);

#endif

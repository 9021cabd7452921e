/* SPDX-License-Identifier: ISC */
/*
 * What the doll copies from the real interface, and when.
 *
 * Theory of operation.  A slave sends snapshots of its interface.  The first
 * complete one of a session settles the doll: the doll takes MAC, MTU and
 * addresses (but with -C), then the carrier, is brought up (-u), and the user's
 * command runs (-U).  Later snapshots only bring the differences.  The helper
 * sets each difference; the log says what cannot be set.
 */
#ifndef COPY_H
#define COPY_H

#include "relay/doll.h"
#include "relay/relay.h"

struct copy {
	struct doll *doll; /* NULL: frames go to a file (-w) */
	struct params want; /* the last snapshot with more than flags */
	struct params told; /* the last snapshot, for the session's line */
	bool is_told; /* a snapshot has come in this session */
	bool carrier; /* the slave says that the real interface has carrier */
	bool settled;
	uint64_t settle_ms; /* when to settle without a snapshot; 0: never */
	enum {
		COPY_NOTHING,
		COPY_CARRIER,
		COPY_ALL,
	} waiting; /* differences of later snapshots that are still to be set */
	uint64_t follow_ms; /* when to set them at the earliest */

	struct params refused; /* not set, and logged: addresses and MTU */
	struct log_limit refused_limit;
	int refused_lines; /* since refused_limit allowed one */
	bool warned; /* logged that the doll answers for the real host */
};

/* A session begins: nothing is known of its interface. */
void copy_begin(struct copy *);
/*
 * Perhaps no complete snapshot will come: settles the doll at the first frame
 * or 2 seconds from now (copy_tick()).
 */
void copy_expect_nothing(struct copy *);
/* The first frame of a session has come. */
void copy_first_frame(struct copy *, struct relay *, struct session *);
/* Notes the real interface's carrier and sets the doll's. */
void copy_carrier(struct copy *, struct relay *, bool up);
/* Settles the doll with the last snapshot, if one has come. */
void copy_settle(struct copy *, struct relay *, struct session *);
/* The slave has sent a snapshot, MSG_PARAMS. */
void copy_snapshot(struct copy *, struct relay *, struct session *,
    const struct message *);
/* In every tick of a live session. */
void copy_tick(struct copy *, struct relay *, struct session *);
/* Whether the next tick has something to do. */
bool copy_waits(const struct copy *);

#endif

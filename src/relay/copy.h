/* SPDX-License-Identifier: ISC */
/*
 * What the doll copies from the real interface, and when.
 *
 * Theory of operation.  A slave sends snapshots of its interface.  The first
 * complete one of a session settles the doll: the doll takes MAC, MTU and
 * addresses (but with -C), then the carrier, is brought up (-u), and the user's
 * command runs (-U).  Later snapshots only bring the differences.  Each
 * difference is set through the helper, and what cannot be set is said.
 */
#ifndef COPY_H
#define COPY_H

#include "relay/doll.h"
#include "relay/relay.h"

struct copy {
	struct doll *doll; /* NULL: frames go to a file (-w) */
	struct params want; /* the last snapshot with more than flags */
	struct params told; /* the last snapshot, for the session's line */
	bool is_told; /* there was a snapshot in this session */
	bool carrier; /* of the real interface, as the slave says */
	bool settled;
	uint64_t settle_ms; /* when to settle without a snapshot; 0: never */
	enum {
		COPY_NOTHING,
		COPY_CARRIER,
		COPY_ALL,
	} waiting; /* what later snapshots have brought and nobody has set */
	uint64_t follow_ms; /* when to set it at the earliest */

	struct params refused; /* addresses and MTU: said that they are not set
				*/
	struct log_limit refused_limit;
	int refused_lines; /* since refused_limit allowed one */
	bool warned; /* said that the doll answers for the real host */
};

/* A session begins: nothing is known of its interface. */
void copy_begin(struct copy *);
/*
 * No snapshot may come, or none that says that it is complete: settles the
 * doll at the first frame or 2 seconds from now (copy_tick()).
 */
void copy_expect_nothing(struct copy *);
/* The first frame of a session has come. */
void copy_first_frame(struct copy *, struct relay *, struct session *);
/* Sets the doll's carrier, and keeps what it is. */
void copy_carrier(struct copy *, struct relay *, bool up);
/* Settles the doll with the snapshot that there is, if there is one. */
void copy_settle(struct copy *, struct relay *, struct session *);
/* The slave has sent a snapshot, MSG_PARAMS. */
void copy_snapshot(struct copy *, struct relay *, struct session *,
    const struct message *);
/* In every tick of a live session. */
void copy_tick(struct copy *, struct relay *, struct session *);

#endif

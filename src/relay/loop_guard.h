/* SPDX-License-Identifier: ISC */
/*
 * Decides when to test for a loop, and what a test has found.  It does no I/O:
 * loop_test.c measures, and does what is decided here.  The theory is at the
 * head of loop_guard.c.
 */
#ifndef LOOP_GUARD_H
#define LOOP_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#define LOOP_GUARD_SLOT_MS  250 /* between two judgements of the traffic */
#define LOOP_GUARD_SLOTS    12 /* suspicious slots that lead to a test: 3 s */
#define LOOP_GUARD_ROUNDS   3 /* of one test */
#define LOOP_GUARD_PAD_MIN  16384 /* bytes of padding in one round */
#define LOOP_GUARD_PAD_MAX  262144
#define LOOP_GUARD_REST_MS  20 /* of silence after the padding, at least */
#define LOOP_GUARD_LIMIT_MS 20000 /* for the peer to answer */
#define LOOP_GUARD_WAIT_MIN 60000 /* until the next test */
#define LOOP_GUARD_WAIT_MAX 480000

/* Measurements; the sums count from the start of the process. */
struct loop_guard_input {
	uint64_t now; /* clock_ms() */
	uint64_t sent; /* bytes of frames to the peer, in this session */
	uint64_t own; /* of these, bytes in frames that the host itself sent */
	int64_t heard; /* bytes that the second capture heard; the sum may
			  become smaller (see loop_test.c) */
	bool answered; /* the peer has answered: it has read everything */
};

enum loop_guard_act {
	LOOP_GUARD_NOTHING,
	LOOP_GUARD_PAUSE, /* send no frames; ask for an answer; open the second
			     capture */
	LOOP_GUARD_PAD, /* send guard.pad bytes of padding; ask for an answer */
	LOOP_GUARD_CLEAR, /* no loop: go on */
	LOOP_GUARD_HOLD, /* a loop: capture nothing for guard.wait_ms */
};

struct loop_guard {
	enum loop_guard_state {
		LOOP_GUARD_WATCH,
		LOOP_GUARD_DRAIN, /* wait until all sent bytes have arrived */
		LOOP_GUARD_ECHO, /* padding is under way */
		LOOP_GUARD_REST, /* nothing of ours is under way */
	} state;
	bool held; /* a loop was found: only tests capture */
	uint64_t slot_ms; /* when the present slot began */
	uint64_t sent, own; /* of the input at slot_ms */
	int suspicion; /* in slots */
	uint64_t pad; /* bytes of padding in the present round */
	uint64_t rate; /* of `own' in the last suspicious slot, bytes/s */
	int round;
	uint64_t since_ms; /* when the present state began */
	uint64_t rest_ms; /* when LOOP_GUARD_REST ends */
	int64_t heard; /* of the input at since_ms */
	uint64_t next_ms; /* no test before this time */
	uint64_t wait_ms; /* from the last test to the next; 0: none yet */
};

/* A session begins.  If a loop was found before, it is tested again at once. */
void loop_guard_begin(struct loop_guard *, const struct loop_guard_input *);
/* Called in every turn of the relay's loop; returns what to do now. */
enum loop_guard_act loop_guard_turn(struct loop_guard *,
    const struct loop_guard_input *);
/* The test that LOOP_GUARD_PAUSE asked for cannot be made. */
void loop_guard_give_up(struct loop_guard *, uint64_t now);
/* When the next turn must be at the latest; UINT64_MAX: no limit. */
uint64_t loop_guard_due(const struct loop_guard *, uint64_t now);

#endif

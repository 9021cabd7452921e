/*
 * The loop guard, as far as it decides: no I/O, time and bytes are fed in.
 * ear.c does what it says.  The theory is at the head of guard.c.
 */
#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>
#include <stdint.h>

#define GUARD_SLOT_MS  250 /* the traffic is judged this often */
#define GUARD_SLOTS    12 /* suspicious ones that lead to a test: 3 s */
#define GUARD_ROUNDS   3 /* of a test */
#define GUARD_PAD_MIN  16384 /* bytes of one round */
#define GUARD_PAD_MAX  262144
#define GUARD_REST_MS  20 /* silence after them, at least */
#define GUARD_LIMIT_MS 20000 /* for an answer */
#define GUARD_WAIT_MIN 60000 /* until the next test */
#define GUARD_WAIT_MAX 480000

/* Since the process began, but for answered. */
struct guard_input {
	uint64_t now; /* clock_ms() */
	uint64_t sent; /* bytes of frames to the peer, in this session */
	uint64_t own; /* of these: frames that the host itself had sent */
	int64_t heard; /* bytes on the ear; may sink (see ear.c) */
	bool answered; /* the peer has read all that it was sent */
};

enum guard_act {
	GUARD_NOTHING,
	GUARD_PAUSE, /* send nothing more; ask for an answer; listen */
	GUARD_PAD, /* send guard.pad bytes of padding; ask for an answer */
	GUARD_CLEAR, /* no loop: go on */
	GUARD_HOLD, /* a loop: capture nothing; guard.wait_ms to the next test
		     */
};

struct guard {
	enum guard_state {
		GUARD_WATCH,
		GUARD_DRAIN, /* until what is under way has arrived */
		GUARD_ECHO, /* padding is under way */
		GUARD_REST, /* and is not */
	} state;
	bool held; /* there was a loop: nothing is captured but for tests */
	uint64_t slot_ms; /* when the present slot began */
	uint64_t sent, own; /* at that time */
	int suspicion; /* in slots */
	uint64_t pad; /* bytes of padding in the present round */
	uint64_t rate; /* of own bytes in the last slot with any, bytes/s */
	int round;
	uint64_t since_ms; /* when the present state began */
	uint64_t rest_ms; /* when GUARD_REST ends */
	int64_t heard; /* when the present state began */
	uint64_t next_ms; /* no test before */
	uint64_t wait_ms; /* from the last test to the next; 0: none yet */
};

/* A session begins.  One that was held stays so, and is tested at once. */
void guard_begin(struct guard *, const struct guard_input *);
/* In every turn; what is to be done now. */
enum guard_act guard_turn(struct guard *, const struct guard_input *);
/* The test that was to begin cannot be made. */
void guard_give_up(struct guard *, uint64_t now);
/* When to come again at the latest; UINT64_MAX: whenever something is. */
uint64_t guard_due(const struct guard *, uint64_t now);

#endif

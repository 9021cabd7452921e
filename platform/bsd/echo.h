/*
 * Own frames on their way back: a capture that sees both directions shows
 * what was sent by itself, too.  Which frames were sent in the last second is
 * remembered, and what looks like one of them when it is captured is one.
 */
#ifndef ECHO_H
#define ECHO_H

#include <stdbool.h>
#include <stdint.h>

#define ECHO_BUCKETS 4096
#define ECHO_WAYS    8

/* All zero: nothing was sent. */
struct echo {
	struct echo_sent {
		uint64_t hash;
		uint32_t when_ms; /* the last time */
		uint32_t count; /* not come back yet; 0: unused */
	} sent[ECHO_BUCKETS][ECHO_WAYS];
	uint32_t last_ms;
	bool any;
};

/* now_ns: since 1970. */
void echo_sent(struct echo *, const uint8_t *data, uint32_t len,
    uint64_t now_ns);
/*
 * Whether this frame, captured at when_ns, is one that was sent; each sent
 * frame is known again once.
 */
bool echo_is(struct echo *, const uint8_t *data, uint32_t len,
    uint64_t when_ns);

#endif

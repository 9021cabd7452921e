/* SPDX-License-Identifier: ISC */
/*
 * Recognises own frames: a capture of both directions also shows the frames
 * that it has sent itself.  We remember the frames sent in the last second; a
 * captured frame that is equal to one of them is our own.
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
		uint32_t when_ms; /* when it was sent last */
		uint32_t count; /* frames not captured yet; 0: unused */
	} sent[ECHO_BUCKETS][ECHO_WAYS];
	uint32_t last_ms;
	bool any;
};

/* now_ns: since 1970. */
void echo_sent(struct echo *, const uint8_t *data, uint32_t len,
    uint64_t now_ns);
/*
 * Whether this frame, captured at when_ns, is one that we sent.  Each sent
 * frame is found only once.
 */
bool echo_is(struct echo *, const uint8_t *data, uint32_t len,
    uint64_t when_ns);

#endif

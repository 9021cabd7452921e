/* SPDX-License-Identifier: ISC */
/*
 * The numbers of the native dialect, etherpuppet(7), and the two files that
 * write and read the bodies of its messages.
 */
#ifndef WIRE_BODY_H
#define WIRE_BODY_H

#include "session/message.h"

#define WIRE_HEADER 8
#define WIRE_MARK   16
#define TLV_HEADER  4

enum wire_type {
	TYPE_HELLO = 1,
	TYPE_PARAMS,
	TYPE_FRAME,
	TYPE_PING,
	TYPE_PONG,
	TYPE_BYE,
	TYPE_STATS,
	TYPE_PAD,
	TYPE_MARK,
};

enum hello_tlv {
	HELLO_ROLE = 1,
	HELLO_LINKTYPE,
	HELLO_CAN,
	HELLO_WANT,
	HELLO_FILTER,
	HELLO_NOCOPY,
	HELLO_MAXFRAME,
	HELLO_IFNAME,
	HELLO_OWN,
	HELLO_VERSION,
	HELLO_HOST,
	HELLO_LEFT_OUT,
	HELLO_TLVS
};

#define HELLO_CAN_TIMESTAMPS 16
#define HELLO_WANT_ALL                                                     \
	(WANT_TIMESTAMPS | WANT_PROMISC | WANT_EXCLUSIVE | WANT_READONLY | \
	    WANT_COALESCE)

enum params_tlv {
	PARAMS_IFNAME = 1,
	PARAMS_LINKTYPE,
	PARAMS_MAC,
	PARAMS_MTU,
	PARAMS_FLAGS,
	PARAMS_ADDR,
	PARAMS_ADDRS_MEANT,
	PARAMS_SPEED,
	PARAMS_TLVS
};
#define PARAMS_FLAGS_ALL (PARAM_UP | PARAM_RUNNING)

enum stats_tlv {
	STATS_UP_FRAMES = 1,
	STATS_DOWN_FRAMES,
	STATS_DROPPED,
	STATS_STALE,
	STATS_REFUSED,
	STATS_UP_BYTES,
	STATS_DOWN_BYTES,
	STATS_FILTERED,
	STATS_INVALID,
	STATS_READONLY,
	STATS_OVERSIZE,
	STATS_LATE,
	STATS_REASON_TEXT, /* all types in front of it are numbers */
	STATS_TLVS
};

/* The counter that a TLV of this type holds. */
static inline uint64_t *
wire_counter(struct counters *s, enum stats_tlv type)
{
	uint64_t *at[STATS_REASON_TEXT] = {
		[STATS_UP_FRAMES] = &s->up_frames,
		[STATS_DOWN_FRAMES] = &s->down_frames,
		[STATS_DROPPED] = &s->dropped,
		[STATS_STALE] = &s->stale,
		[STATS_REFUSED] = &s->refused,
		[STATS_UP_BYTES] = &s->up_bytes,
		[STATS_DOWN_BYTES] = &s->down_bytes,
		[STATS_FILTERED] = &s->filtered,
		[STATS_INVALID] = &s->invalid,
		[STATS_READONLY] = &s->readonly,
		[STATS_OVERSIZE] = &s->oversize,
		[STATS_LATE] = &s->late,
	};

	return at[type];
}

/* The bytes of an address of family 4 or 6, as on the wire; 0: another one. */
static inline size_t
wire_family_size(unsigned family)
{
	return family == 4 ? 4 : family == 6 ? 16 : 0;
}

/*
 * wire_write.c.  Writes a body at out; `end' is behind the last byte that it
 * may use.  Returns the end of the body and the type in *type; NULL: no room,
 * or there is no such message.
 */
uint8_t *wire_body_write(uint8_t *out, uint8_t *end, const struct message *,
    uint8_t *type);

/* wire_read.c.  Reads a whole body, not of FRAME.  0; -1: why is filled. */
int wire_body_read(unsigned type, const uint8_t *in, size_t len,
    struct message *, char *why, size_t size);

/* wire_read.c.  Fills why and returns -1. */
int wire_bad(char *why, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif

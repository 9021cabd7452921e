/* SPDX-License-Identifier: ISC */
/*
 * What the two processes say to each other, free of how it is written; and
 * the table that each dialect fills (wire.c, legacy.c).  Dialects do no I/O
 * and never print.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <sys/types.h>

#include "port/params.h"
#include "port/port.h"

#define WIRE_MAGIC 0x45505550u /* "EPUP" */
#define LEGACY_03  0x13370103u
#define LEGACY_04  0x13370104u

enum role {
	ROLE_UNKNOWN,
	ROLE_SLAVE,
	ROLE_MASTER,
};

#define WANT_TIMESTAMPS 1
#define WANT_PROMISC	2
#define WANT_EXCLUSIVE	4
#define WANT_READONLY	8
#define WANT_COALESCE	16

struct hello {
	enum role role;
	int linktype; /* LINK_* */
	unsigned can; /* CAP_* */
	bool can_timestamps;
	unsigned want; /* WANT_* */
	char filter[1024]; /* "": none */
	bool nocopy;
	uint32_t maxframe; /* largest frame it takes */
	char ifname[64]; /* text from a stranger: escape before printing */
	struct addr own; /* its own address of the session; type 0: unknown */
	char version[64];
	char host[64]; /* what its machine calls itself; "": unknown */
	/* which connections a slave does not capture, for people */
	char left_out[256];
};

enum bye_code {
	BYE_END = 1, /* the process ends */
	BYE_BUSY = 2, /* another peer is served */
	BYE_VERSION = 3, /* no common version */
	BYE_FILTER = 4, /* text: libpcap's words */
	BYE_PROTOCOL = 5,
	BYE_LINKTYPE = 6,
	BYE_TIMEOUT = 7,
	BYE_INTERFACE = 8,
	BYE_EXCLUSIVE = 9,
};

struct bye {
	uint16_t code;
	char text[256];
};

/*
 * How late what follows is: when this was written, by a clock of the writer's
 * that only he knows, how old the frame behind it was then, and how old it may
 * be when it is delivered.  All in microseconds.
 */
struct mark {
	uint64_t written_us;
	uint32_t age_us;
	uint32_t limit_us;
};

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

struct message {
	enum message_kind {
		MSG_SKIP, /* nothing for the caller */
		MSG_HELLO,
		MSG_PARAMS,
		MSG_FRAME,
		MSG_PING,
		MSG_PONG,
		MSG_BYE,
		MSG_STATS,
		MSG_PAD, /* written only: read it is MSG_SKIP */
		MSG_MARK,
	} kind;
	/*
	 * PARAMS: this is the whole snapshot.  Legacy dialects say it command
	 * by command: each gives the snapshot so far, flags up and running, an
	 * address only once its netmask is known.  0.4 ends it with a mark; a
	 * 0.3's is complete with all six commands, which need not come.
	 */
	bool complete;
	union {
		struct hello hello;
		struct params params;
		struct frame frame; /* data points into the buffer read */
		uint64_t token;
		struct bye bye;
		struct counters stats;
		size_t pad; /* bytes of padding */
		struct mark mark;
	};
};

#define HEAD_MAX    32 /* bytes in front of a frame, any dialect */
#define CONTROL_MAX 8192 /* bytes of any other message, any dialect */
#define MESSAGE_MAX 131072 /* largest length a native message may say */

/* State of one dialect on one stream; all zero but for what is said here. */
struct codec {
	const struct dialect *dialect;
	/*
	 * Ours, set before use.  Legacy: a master's first get() gives the
	 * slave's link type as a HELLO; a slave's first put(HELLO) writes it
	 * (later ones nothing, a master's nothing), and it gets no HELLO.
	 */
	enum role role;
	bool timestamps; /* write times (native) */
	/* the rest is the legacy dialects' own */
	int linktype;
	bool greeted;
	bool big_endian;
	int record_size; /* of struct ifreq: 32 or 40; 0: not known yet */
	unsigned seen;
	uint8_t ip[4][4];
	struct params params;
};

/* What a dialect can say, and how it says that. */
struct dialect {
	const char *name; /* "native 1", "legacy 0.3", "legacy 0.4" */
	uint32_t magic; /* the first four bytes of who connects */
	bool preamble; /* both sides begin with WIRE_PREAMBLE bytes, the magic
			* and a version; else only who connects, by the magic */
	bool hello; /* both say HELLO, and again when a wish changes; else the
		     * slave does at the start, with nothing but its link type
		     */
	bool pings; /* PING, PONG, MARK, PAD, STATS, BYE */
	bool params; /* PARAMS come in each session, again at each change, and
		      * tell the carrier; else at the start at most */
	uint32_t minframe, maxframe; /* frames that it can carry */
	uint32_t excess; /* so much above its MTU a slave must not be sent */

	/*
	 * The bytes in front of a frame of f->len <= maxframe.  A frame's
	 * offload is written if it is not all zero (the caller has completed
	 * it for a peer that cannot take it).  Returns their number.
	 */
	size_t (*head)(struct codec *, uint8_t out[HEAD_MAX],
	    const struct frame *f);
	/*
	 * Writes piece `part` (from 0) of any other message.  Each piece wants
	 * a send of its own, because etherpuppet 0.3 and 0.4 read commands
	 * without looping; so call with 0, 1, ... until 0 comes back.  Native
	 * messages and all but PARAMS have one piece.  size >= CONTROL_MAX is
	 * always enough.  Returns the number of bytes, 0: no such piece, or
	 * the dialect has no such message.
	 */
	size_t (*put)(struct codec *, uint8_t *out, size_t size,
	    const struct message *, int part);
	/*
	 * Finds one message at the start of len bytes.  Returns the bytes it
	 * took; 0: there must be more bytes first (a buffer of MESSAGE_MAX + 8
	 * holds any message); -1: the stream makes no sense and why is filled
	 * with the reason.
	 */
	ssize_t (*get)(struct codec *, uint8_t *in, size_t len,
	    struct message *, char *why, size_t size);
};

extern const struct dialect dialect_native; /* wire.c */
extern const struct dialect dialect_legacy03; /* legacy.c */
extern const struct dialect dialect_legacy04;

/*
 * wire.c.  The native preamble, 8 bytes.  wire_preamble_read() returns the
 * version the other side can do at most, or -1 if this is no preamble.
 */
#define WIRE_PREAMBLE 8
#define WIRE_VERSION  1
void wire_preamble(uint8_t out[WIRE_PREAMBLE]);
int wire_preamble_read(const uint8_t in[WIRE_PREAMBLE]);

#endif

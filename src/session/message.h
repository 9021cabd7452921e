/* SPDX-License-Identifier: ISC */
/*
 * The messages between the two processes, independent of how a dialect writes
 * them; and the table of functions that each dialect fills (wire.c, legacy.c).
 * Dialects do no I/O and never print.
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
	unsigned can; /* CAP_*: undone work that it accepts */
	bool can_timestamps;
	unsigned want; /* WANT_* */
	char filter[1024]; /* "": none */
	bool nocopy;
	uint32_t maxframe; /* bytes of the largest frame that it takes */
	char ifname[64]; /* text from a stranger: escape before printing */
	struct addr own; /* its own address of the session; type 0: unknown */
	char version[64];
	char host[64]; /* host name of its machine; "": unknown */
	/* which connections a slave does not capture, for people */
	char left_out[256];
};

enum bye_code {
	BYE_END = 1, /* the process ends */
	BYE_BUSY = 2, /* another peer is served */
	BYE_VERSION = 3, /* no common version */
	BYE_FILTER = 4, /* text: libpcap's message */
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
 * How late the frames behind it are: when the MARK was written, by a clock that
 * only the sender knows; how old the next frame was then; and how old a frame
 * may be when it is delivered.  All in microseconds.
 */
struct mark {
	uint64_t written_us;
	uint32_t age_us;
	uint32_t limit_us;
};

#define STATS_REASON 64

/* Of one side, since its process began; etherpuppet(1) explains each. */
struct counters {
	uint64_t up_frames, up_bytes; /* from the port to the peer */
	uint64_t down_frames, down_bytes; /* from the peer to the port */
	uint64_t dropped; /* by the kernel, before they could be read */
	uint64_t stale; /* to the peer: too old, or its session is over */
	uint64_t late; /* from the peer: too old, or its session is over */
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
		MSG_SKIP, /* read, but nothing for the caller */
		MSG_HELLO,
		MSG_PARAMS,
		MSG_FRAME,
		MSG_PING,
		MSG_PONG,
		MSG_BYE,
		MSG_STATS,
		MSG_PAD, /* written only; get() returns it as MSG_SKIP */
		MSG_MARK,
	} kind;
	/*
	 * PARAMS: this is the whole snapshot.  Legacy dialects send it command
	 * by command; each get() gives the snapshot so far, with flags up and
	 * running, and an address only once its netmask is known.  0.4 ends it
	 * with a mark.  A snapshot of 0.3 is complete with all six commands,
	 * which need not come.
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

#define HEAD_MAX    32 /* bytes in front of a frame, in any dialect */
#define CONTROL_MAX 8192 /* bytes of any other message, in any dialect */
#define MESSAGE_MAX 131072 /* largest length field of a native message */

/* State of one dialect on one stream; all zero at the start but for role. */
struct codec {
	const struct dialect *dialect;
	/*
	 * Our role, set before use.  Legacy: a master's first get() gives the
	 * slave's link type as a HELLO.  A slave's first put(HELLO) writes it;
	 * later ones, and those of a master, write nothing.  A slave's get()
	 * gives no HELLO.
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

/* What a dialect can express, and the functions that read and write it. */
struct dialect {
	const char *name; /* "native 1", "legacy 0.3", "legacy 0.4" */
	uint32_t magic; /* the first four bytes of the side that connects */
	bool preamble; /* both sides begin with WIRE_PREAMBLE bytes, magic and
			* version; else only the side that connects, by magic */
	bool hello; /* both send HELLO, and again when a wish changes; else only
		     * the slave does, once, with nothing but its link type */
	bool pings; /* it has PING, PONG, MARK, PAD, STATS, BYE */
	bool params; /* PARAMS come in each session, again at each change, and
		      * tell the carrier; else at most once, at the start */
	uint32_t minframe, maxframe; /* bytes of frames that it can carry */
	uint32_t excess; /* frames for a slave must be so much below its MTU */

	/*
	 * Writes the bytes in front of a frame of f->len <= maxframe; returns
	 * their number.  They have the frame's offload header unless it is all
	 * zero: the caller has completed frames that the peer does not accept.
	 */
	size_t (*head)(struct codec *, uint8_t out[HEAD_MAX],
	    const struct frame *f);
	/*
	 * Writes piece `part` (from 0) of any other message; call it with 0, 1,
	 * ... until it returns 0.  The caller must send each piece by itself,
	 * because etherpuppet 0.3 and 0.4 read commands without looping.  Only
	 * legacy PARAMS have more than one piece.  size >= CONTROL_MAX is
	 * always enough.  Returns the number of bytes; 0: no such piece, or the
	 * dialect has no such message.
	 */
	size_t (*put)(struct codec *, uint8_t *out, size_t size,
	    const struct message *, int part);
	/*
	 * Reads one message at the start of len bytes.  Returns the number of
	 * its bytes; 0: it needs more bytes (MESSAGE_MAX + 8 always suffice);
	 * -1: the stream makes no sense, why is filled.
	 */
	ssize_t (*get)(struct codec *, uint8_t *in, size_t len,
	    struct message *, char *why, size_t size);
};

extern const struct dialect dialect_native; /* wire.c */
extern const struct dialect dialect_legacy03; /* legacy.c */
extern const struct dialect dialect_legacy04;

/*
 * wire.c.  The native preamble, 8 bytes.  wire_preamble_read() returns the
 * highest version that the other side knows; -1: these bytes are no preamble.
 */
#define WIRE_PREAMBLE 8
#define WIRE_VERSION  1
void wire_preamble(uint8_t out[WIRE_PREAMBLE]);
int wire_preamble_read(const uint8_t in[WIRE_PREAMBLE]);

#endif

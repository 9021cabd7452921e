/* SPDX-License-Identifier: ISC */
/*
 * One conversation with one peer.
 *
 * Theory of operation.  A session reads bytes into one buffer and finds
 * messages there; frames are delivered as pointers into it.  It writes frames
 * straight from the memory they are in; it copies only the rest of a frame that
 * the peer took in part.  Other messages queue behind that rest.
 *
 * GREETING: the dialect is not known yet.  HELLO: waits for the other side's
 * HELLO.  READY: the HELLO has come; later bytes wait in the buffer until
 * session_open().  OPEN: frames flow.  OVER: `why' says why, and session_free()
 * is all that the caller can do.
 */
#ifndef SESSION_H
#define SESSION_H

#include "delay/delay.h"
#include "session/message.h"
#include "session/peer.h"

#define SESSION_IN	 (512 * 1024)
#define SESSION_OUT	 (FRAME_MAX + HEAD_MAX + 4 * CONTROL_MAX)
#define SESSION_HELLO_MS 10000
#define SESSION_PING_MS	 20000
#define SESSION_DEAD_MS	 30000
/* How many messages, frames not counted, one turn of the loop may handle. */
#define SESSION_TURN 64

/* How it ended; link.c has the table of what follows. */
enum session_end {
	SESSION_LIVES, /* it has not ended */
	SESSION_LEFT, /* one side closed it, as each may */
	SESSION_FAILED, /* an error, or a peer that breaks the rules */
	SESSION_REFUSED, /* one side cannot serve the other now */
	SESSION_HOPELESS, /* refused until a user changes something */
	SESSION_ENDS
};

struct session {
	struct peer peer;
	enum session_state {
		SESSION_GREETING,
		SESSION_HELLO,
		SESSION_READY,
		SESSION_OPEN,
		SESSION_OVER,
	} state;
	enum session_end end; /* set when it is over */
	bool connector;
	struct codec codec;
	struct hello ours, theirs;
	char why[512];
	bool silent; /* the peer has not sent a byte */
	bool told; /* logged that the peer is silent */
	bool accepted; /* the peer has sent more than HELLO and BYE */
	bool unheard; /* over because a write failed: what the peer sent before
			 may still be read, see session_hear_out() */
	uint16_t bye; /* BYE_* that the other side has sent; 0: none */

	uint64_t born_ms, heard_ms, said_ms, answered_ms;
	uint64_t first_ms; /* when it began to wait for HELLO; with a command,
			      when its first byte came */
	uint64_t rtt_us, rtt_min_us; /* 0: unknown */
	uint64_t mark; /* token of session_mark(); 0: it was answered */
	unsigned answers; /* PINGs answered, up to FAR_ANSWERS */
	bool kept; /* at the last session_send() the window kept frames back */
	uint64_t marked_us; /* when the frame behind the last MARK came here */
	struct delay up, down; /* to the peer, from it; the owner discards */
	bool eof;
	unsigned turn; /* messages, not frames, handled since session_tick() */
	bool more; /* further messages have come and wait for the next turn */
	uint8_t *in, *out;
	size_t inoff, inlen, outoff, outlen;
	size_t half; /* queued bytes that are the rest of a frame; 0: none */
	uint32_t half_frame; /* length of that frame */
	uint64_t sent_frames, sent_bytes;
	uint64_t cut_off; /* frames of which only a part was sent at its end */
	uint64_t oversize; /* frames too large or small for the peer */

	/* Called for messages that the session does not handle itself. */
	void (*on_message)(void *arg, struct session *, struct message *);
	void *arg;
};

/*
 * Begins a session on a connected peer; the session closes the peer later.
 * connect: the dialect to connect with; NULL: we listen, and the peer's first
 * bytes tell the dialect.  Returns NULL: no memory.
 */
struct session *session_new(const struct peer *, const struct hello *ours,
    const struct dialect *connect);
void session_free(struct session *);

/* Reads bytes from the peer and handles the handshake; see session_recv(). */
void session_input(struct session *);
/* Writes queued bytes. */
void session_output(struct session *);
/* The events to poll(2) for; room: there is room for further frames. */
short session_read_events(const struct session *, bool room);
/* Whether bytes are queued. */
bool session_pending(const struct session *);
/* Whether so many bytes are queued that messages which can wait should wait. */
bool session_full(const struct session *);

/* READY becomes OPEN. */
void session_open(struct session *);
/* We do not read now: the peer's silence does not count. */
void session_unread(struct session *);
/*
 * Gives at most max frames that have come, and handles the messages between
 * them.  The frames are valid until the next session_input().  Returns how many
 * there are.
 */
int session_recv(struct session *, struct frame *, int max);
/*
 * When it is over: throws away the frames in its buffer.  Returns how many
 * those and the late ones were; a frame that was sent in part counts in
 * s->cut_off.
 */
uint64_t session_unread_frames(struct session *);
/* Sends frames.  Returns how many were taken; fewer: the peer takes no more. */
int session_send(struct session *, const struct frame *, int n);
/* Whether frames wait for the answer to a PING, not for room in the stream. */
bool session_waits(const struct session *);

/* Queues a message and tries to write it; nothing if the dialect has none. */
void session_say(struct session *, const struct message *);
/*
 * Sends a PING, if the dialect can.  If too many are unanswered, sends the
 * newest one once more.
 */
void session_ping(struct session *);
/* Sends a PING behind all that was sent.  s->mark is 0 when it is answered. */
void session_mark(struct session *);
/*
 * Ends it with a BYE; the text is for both sides.  session_bye_end() says how
 * it has ended.
 */
void session_bye(struct session *, enum bye_code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Ends it, without a message to the other side. */
void session_over(struct session *, enum session_end, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* How a BYE with this code ends a session, whichever side sends it. */
enum session_end session_bye_end(unsigned code);
/* It is over, and another try of ours would end the same way. */
void session_hopeless(struct session *);

/*
 * If it is over because a write failed: reads the last bytes of the other side,
 * which may have a BYE that says why.
 */
void session_hear_out(struct session *);

/* Returns room for n bytes behind the queued ones; NULL: there is none. */
uint8_t *session_room(struct session *, size_t n);

/*
 * handshake.c.  session_greeting() looks at the other side's first bytes; true:
 * there may be more to handle.  session_hello_tick() ends a session whose other
 * side sends no HELLO; returns when to call it again.
 */
bool session_greeting(struct session *);
uint64_t session_hello_tick(struct session *, uint64_t now);
/* The dialect that begins with this magic; NULL: none does. */
const struct dialect *session_dialect(uint32_t magic);
/*
 * What a stranger's first bytes look like: "TLS", "SSH", "HTTP", "an
 * etherpuppet 0.3", "an etherpuppet 0.4", "etherpuppet", or NULL.
 */
const char *session_guess(const uint8_t *in, size_t len);

/*
 * Handles keepalive and deadlines; returns when to call it again (clock_ms()).
 * Called once in every turn of the loop, which may handle SESSION_TURN messages
 * more.
 */
uint64_t session_tick(struct session *, uint64_t now);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * One conversation with one peer.
 *
 * Theory of operation.  A session reads bytes into one buffer and finds
 * messages there; frames are delivered as pointers into it.  It writes frames
 * straight from the memory they are in; only what the peer did not take of
 * the last one is kept, and control messages queue behind that.
 *
 * GREETING: the dialect is not known yet.  HELLO: the other side's HELLO is
 * awaited.  READY: that HELLO has come; frames flow after session_open(), and
 * until then what comes is kept.  OVER: `why' says why; session_free() is all
 * that the caller can do.
 */
#ifndef SESSION_H
#define SESSION_H

#include "delay/delay.h"
#include "session/message.h"
#include "session/peer.h"

#define SESSION_IN	 (512 * 1024)
#define SESSION_OUT	 (FRAME_MAX + HEAD_MAX + 4 * CONTROL_MAX)
#define SESSION_HELLO_MS 10000
#define SESSION_PING_MS	 10000
#define SESSION_DEAD_MS	 30000
/* Messages that are not frames, handled in one turn of the loop at most. */
#define SESSION_TURN 64

/* How it ended; link.c has the table of what follows. */
enum session_end {
	SESSION_LIVES, /* it has not */
	SESSION_LEFT, /* one side closed it, as each may */
	SESSION_FAILED, /* an error, or a peer that breaks the rules */
	SESSION_REFUSED, /* one side cannot serve the other now */
	SESSION_HOPELESS, /* nor ever, unless a user changes something */
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
	enum session_end end; /* when it is over */
	bool connector;
	struct codec codec;
	struct hello ours, theirs;
	char why[512];
	bool silent; /* the peer has not sent a byte */
	bool told; /* a line has said that the peer is silent */
	bool accepted; /* the peer has sent more than HELLO and BYE */
	bool unheard; /* over because a write failed: what the peer sent before
			 may still be read, see session_hear_out() */
	uint16_t bye; /* BYE_*: the other side left with it; 0 */

	uint64_t born_ms, heard_ms, said_ms, answered_ms;
	uint64_t first_ms; /* since when HELLO is awaited; of a command, since
			      its first byte */
	uint64_t rtt_us, rtt_min_us; /* 0: unknown */
	uint64_t mark; /* see session_mark(); 0: it was answered */
	unsigned answers; /* PINGs answered, up to FAR_ANSWERS */
	bool kept; /* at the last session_send() the window kept frames back */
	uint64_t marked_us; /* when the frame behind the last MARK came here */
	struct delay up, down; /* to the peer, from it; the owner discards */
	bool eof;
	unsigned turn; /* messages handled since session_tick(), not frames */
	bool more; /* further messages are here and wait for the next turn */
	uint8_t *in, *out;
	size_t inoff, inlen, outoff, outlen;
	size_t half; /* queued bytes that are the rest of a frame; 0: none */
	uint32_t half_frame; /* length of that frame */
	uint64_t sent_frames, sent_bytes;
	uint64_t cut_off; /* frames that went in part when it ended */
	uint64_t oversize; /* frames too large or small for the peer */

	/* Called for what is not a frame once the session is open. */
	void (*on_message)(void *arg, struct session *, struct message *);
	void *arg;
};

/*
 * Begins a session on a connected peer, which becomes the session's.  A
 * connector speaks `dialect`; a listener finds it out.  NULL: no memory.
 */
struct session *session_new(const struct peer *, const struct hello *ours,
    const struct dialect *connect);
void session_free(struct session *);

/* Reads what is there and handles it; frames wait for session_recv(). */
void session_input(struct session *);
/* Writes what is queued. */
void session_output(struct session *);
/* The events to poll(2) for; room: there is room for further frames. */
short session_read_events(const struct session *, bool room);
bool session_pending(const struct session *);
/* So much is queued that a message should wait if it can. */
bool session_full(const struct session *);

/* READY becomes OPEN. */
void session_open(struct session *);
/* We do not read now: that nothing is heard says nothing about the peer. */
void session_unread(struct session *);
/*
 * Gives frames that have come, at most max; they are valid until the next
 * session_input().  Returns how many.
 */
int session_recv(struct session *, struct frame *, int max);
/*
 * When it is over: how many frames it has that nobody will ask for, in either
 * sense; then it has none.  One that was sent in part is in s->cut_off.
 */
uint64_t session_unread_frames(struct session *);
/* Sends frames.  Returns how many were taken; fewer: the peer takes no more. */
int session_send(struct session *, const struct frame *, int n);
/* Frames wait for the answer to a PING, not for room in the stream. */
bool session_waits(const struct session *);

/* Queues a message; a dialect that has none for it leaves it out. */
void session_say(struct session *, const struct message *);
/*
 * Asks, if the dialect can; the newest question once more if too many are
 * open.
 */
void session_ping(struct session *);
/* Asks for an answer behind all that was said: s->mark is then 0. */
void session_mark(struct session *);
/*
 * Ends it, telling the other side; fmt is for both.  By the code it was left,
 * has failed or is refused.
 */
void session_bye(struct session *, enum bye_code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Ends it, without a word to the other side. */
void session_over(struct session *, enum session_end, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* How a BYE with this code ends it, whoever says it. */
enum session_end session_bye_end(unsigned code);
/* Over, and another try of ours would end the same way. */
void session_hopeless(struct session *);

/*
 * Over because it could not be written to: reads what the other side said
 * before it closed, which may be why it left.
 */
void session_hear_out(struct session *);

/* Room for n more bytes behind what is queued; NULL: there is none. */
uint8_t *session_room(struct session *, size_t n);

/*
 * handshake.c.  session_greeting() looks at the other side's first bytes; true:
 * there may be more to handle.  session_hello_tick() gives up a side that does
 * not say HELLO; returns when to come again.
 */
bool session_greeting(struct session *);
uint64_t session_hello_tick(struct session *, uint64_t now);
/* Whose magic it is; NULL: nobody's. */
const struct dialect *session_dialect(uint32_t magic);
/*
 * What a stranger's first bytes look like: "TLS", "SSH", "HTTP", "an
 * etherpuppet 0.3", "an etherpuppet 0.4", "etherpuppet", or NULL.
 */
const char *session_guess(const uint8_t *in, size_t len);

/*
 * Keepalive and deadlines; returns when to come again (clock_ms()).  Called
 * once in every turn of the loop: the next SESSION_TURN messages may come.
 */
uint64_t session_tick(struct session *, uint64_t now);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * The reading half of a session: handles messages, leaves frames in the buffer.
 * When nothing comes, sends a PING; after a deadline the peer counts as dead.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "session/session.h"

#define READ_MIN    65536 /* bytes of room that a read must find */
#define FAR_US	    10000 /* the peer is far if each round trip is longer */
#define FAR_ANSWERS 8 /* of so many: the first ones wait for the doll */
#define HEAR_OUT    64 /* how often session_hear_out() reads, at most */

static void
pong_take(struct session *s, uint64_t token)
{
	uint64_t now = clock_us();

	if (!window_answer(&s->up.window, token, now))
		return; /* it answers no PING of ours */
	s->answered_ms = now / 1000;
	s->rtt_us = s->up.window.rtt_us;
	if (s->rtt_min_us == 0 || s->rtt_us < s->rtt_min_us)
		s->rtt_min_us = s->rtt_us;
	if (s->answers < FAR_ANSWERS && ++s->answers == FAR_ANSWERS &&
	    s->rtt_min_us > FAR_US)
		peer_far(&s->peer);
}

/* A later HELLO changes only the other side's wishes, etherpuppet(7). */
static void
hello_take(struct session *s, struct message *m)
{
	bool first = s->state == SESSION_HELLO;
	char name[256];

	if (first)
		s->theirs = m->hello;
	else
		s->theirs.want = m->hello.want;
	s->codec.timestamps = (m->hello.want & WANT_TIMESTAMPS) &&
	    s->ours.can_timestamps;
	log_debug(1, "%s: hello of %s, %s, can %x, want %x, link type %d",
	    s->peer.name, m->hello.role == ROLE_SLAVE ? "a slave" : "a master",
	    log_escape(name, sizeof(name), m->hello.ifname,
		strlen(m->hello.ifname)),
	    m->hello.can, m->hello.want, m->hello.linktype);
	if (first)
		s->state = SESSION_READY;
	else
		s->on_message(s->arg, s, m);
}

static void
bye_take(struct session *s, const struct bye *bye)
{
	enum session_end end = session_bye_end(bye->code);
	char text[4 * sizeof(bye->text)];

	(void)log_escape(text, sizeof(text), bye->text, strlen(bye->text));
	s->bye = bye->code;
	if (bye->code == BYE_END)
		session_over(s, end, "the process there has ended");
	else if (bye->code == BYE_BUSY)
		session_over(s, end, "it serves another session");
	else
		session_over(s, end, "the other side says: %s", text);
	if (bye->code == BYE_VERSION || bye->code == BYE_FILTER ||
	    bye->code == BYE_LINKTYPE || bye->code == BYE_EXCLUSIVE)
		session_hopeless(s); /* we would ask for the same again */
}

/* Handles a message that is not a frame. */
static void
message_take(struct session *s, struct message *m)
{
	log_debug(2, "%s: message %d, %zu bytes left", s->peer.name, m->kind,
	    s->inlen);
	if (m->kind != MSG_BYE && m->kind != MSG_HELLO)
		s->accepted = true;
	switch (m->kind) {
	case MSG_HELLO:
		hello_take(s, m);
		break;
	case MSG_BYE:
		bye_take(s, &m->bye);
		break;
	case MSG_PING:
		m->kind = MSG_PONG;
		session_say(s, m);
		break;
	case MSG_PONG:
		if (m->token == s->mark)
			s->mark = 0;
		else
			pong_take(s, m->token);
		break;
	case MSG_MARK:
		delay_mark(&s->down, &m->mark, clock_us());
		break;
	case MSG_SKIP:
		break;
	default:
		if (s->state == SESSION_OPEN)
			s->on_message(s->arg, s, m);
	}
}

/* Ends a session whose first message is neither HELLO nor BYE. */
static bool
is_too_early(struct session *s, enum message_kind kind)
{
	if (s->state != SESSION_HELLO || kind == MSG_HELLO || kind == MSG_BYE)
		return false;
	session_bye(s, BYE_PROTOCOL, "protocol error: %s first",
	    kind == MSG_FRAME ? "frame" : "another message than HELLO");
	return true;
}

/*
 * Handles one message.  Leaves a frame in the buffer if `frame' is NULL.
 * Leaves a PING there while the caller holds undelivered frames (others): the
 * answer to a PING says that all frames before it have been delivered.  False:
 * no whole message is left, or this turn has handled SESSION_TURN messages: a
 * peer that sends messages without end must not block the loop.
 */
static bool
message_next(struct session *s, struct frame *frame, bool others)
{
	struct message m;
	char why[256];
	ssize_t n;

	s->more = s->turn >= SESSION_TURN;
	if (s->more)
		return false;
	n = s->codec.dialect->get(&s->codec, s->in + s->inoff, s->inlen, &m,
	    why, sizeof(why));
	if (n == -1)
		session_bye(s, BYE_PROTOCOL, "protocol error: %s", why);
	if (n <= 0)
		return false;
	if (is_too_early(s, m.kind) || (m.kind == MSG_FRAME && frame == NULL) ||
	    (m.kind == MSG_PING && others))
		return false;
	s->inoff += (size_t)n;
	s->inlen -= (size_t)n;
	s->accepted |= m.kind == MSG_FRAME;
	if (m.kind == MSG_FRAME)
		*frame = m.frame;
	else {
		s->turn++;
		message_take(s, &m);
	}
	return s->state != SESSION_OVER;
}

static void
input_handle(struct session *s)
{
	bool more = true;

	while (more)
		switch (s->state) {
		case SESSION_GREETING:
			more = session_greeting(s);
			break;
		case SESSION_HELLO:
			more = message_next(s, NULL, false);
			break;
		default: /* READY: wait; OPEN: session_recv() handles it */
			more = false;
		}
}

static bool
input_room(struct session *s)
{
	if (s->inlen == 0)
		s->inoff = 0;
	if (SESSION_IN - s->inoff - s->inlen < READ_MIN) {
		memmove(s->in, s->in + s->inoff, s->inlen);
		s->inoff = 0;
	}
	return SESSION_IN - s->inlen > 0;
}

static void
input_end(struct session *s)
{
	s->eof = true;
	if (s->state == SESSION_GREETING && s->inlen > 0)
		input_handle(s); /* a few bytes of another protocol */
	if (s->silent)
		session_over(s, SESSION_LEFT, "%s without a word%s",
		    s->peer.form == PEER_EXEC ? "it ended" :
						"it closed the connection",
		    s->connector && s->codec.dialect->preamble &&
			    s->peer.form == PEER_CONNECT ?
			"; an etherpuppet 0.3 there has now exited: restart "
			"it and use -L 0.3" :
			"");
	else if (s->inlen > 0 && s->state != SESSION_READY)
		session_over(s, SESSION_LEFT,
		    "closed in the middle of a message");
	else
		session_over(s, SESSION_LEFT, "closed");
}

void
session_input(struct session *s)
{
	uint8_t *to;
	ssize_t n;

	if (!input_room(s))
		return;
	to = s->in + s->inoff + s->inlen;
	n = peer_read(&s->peer, to, SESSION_IN - s->inoff - s->inlen);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == -1 && errno != ECONNRESET) {
		session_over(s, SESSION_FAILED, "read: %s", strerror(errno));
		return;
	}
	if (n <= 0) {
		input_end(s);
		return;
	}
	if (log_level > 2)
		log_dump(to, (size_t)n);
	s->heard_ms = clock_ms();
	if (s->silent && s->peer.form == PEER_EXEC)
		s->first_ms = s->heard_ms;
	s->silent = false;
	s->inlen += (size_t)n;
	input_handle(s);
}

short
session_read_events(const struct session *s, bool room)
{
	if (s->state == SESSION_OVER)
		return 0;
	if (s->state == SESSION_READY) /* to notice that the peer leaves */
		return s->inlen < READ_MIN ? POLLIN : 0;
	return s->state == SESSION_OPEN && (!room || s->more) ? 0 : POLLIN;
}

int
session_recv(struct session *s, struct frame *frames, int max)
{
	uint64_t now;
	int n = 0;

	if (s->inlen == 0)
		return 0;
	now = clock_us();
	while (n < max && s->state == SESSION_OPEN && s->inlen > 0) {
		frames[n].data = NULL;
		if (!message_next(s, &frames[n], n > 0))
			break;
		if (frames[n].data == NULL)
			continue;
		if (delay_is_late(&s->down, s->rtt_min_us, now))
			s->down.late++;
		else
			n++;
	}
	return n;
}

uint64_t
session_unread_frames(struct session *s)
{
	uint64_t n = s->down.late;
	struct message m;
	char why[256];
	ssize_t len;

	s->down.late = 0;
	s->cut_off += s->half > 0;
	s->half = 0;
	while (s->inlen > 0 && s->codec.dialect != NULL) {
		len = s->codec.dialect->get(&s->codec, s->in + s->inoff,
		    s->inlen, &m, why, sizeof(why));
		if (len <= 0)
			break;
		s->inoff += (size_t)len;
		s->inlen -= (size_t)len;
		n += m.kind == MSG_FRAME;
	}
	return n;
}

void
session_hear_out(struct session *s)
{
	enum session_end end = s->end;
	char why[sizeof(s->why)];
	struct frame frame;
	int i;

	if (!s->unheard)
		return;
	memcpy(why, s->why, sizeof(why));
	s->state = SESSION_OPEN;
	for (i = 0; i < HEAR_OUT && s->state == SESSION_OPEN; i++) {
		s->turn = 0;
		while (session_recv(s, &frame, 1) == 1)
			s->down.late++;
		session_input(s);
	}
	s->state = SESSION_OVER;
	if (s->bye != 0)
		return;
	memcpy(s->why, why, sizeof(why));
	s->end = end;
}

uint64_t
session_tick(struct session *s, uint64_t now)
{
	uint64_t due;

	s->turn = 0;
	if (s->state == SESSION_GREETING || s->state == SESSION_HELLO)
		return session_hello_tick(s, now);
	if (s->state != SESSION_OPEN || !s->codec.dialect->pings)
		return UINT64_MAX;
	due = s->heard_ms + SESSION_DEAD_MS;
	if (now >= due) {
		session_bye(s, BYE_TIMEOUT, "nothing heard for %d seconds",
		    SESSION_DEAD_MS / 1000);
		return now;
	}
	if (now >= s->said_ms + SESSION_PING_MS && s->outlen == 0)
		session_ping(s);
	if (s->outlen == 0 && s->said_ms + SESSION_PING_MS < due)
		due = s->said_ms + SESSION_PING_MS;
	return due;
}

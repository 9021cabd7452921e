/* SPDX-License-Identifier: ISC */
/*
 * The writing half of a session, and its end.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "session/session.h"

#define MARKS	 16 /* in the time of the limit (--max-delay), at most */
#define MARK_MAX 24
/* Frames up to this length are cheaper to copy than to write as a piece. */
#define SMALL 256

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	if (s->peer.rfd > 0 || s->peer.form == PEER_STDIO)
		peer_close(&s->peer);
	free(s->in);
	free(s->out);
	free(s);
}

void
session_over(struct session *s, enum session_end end, const char *fmt, ...)
{
	va_list ap;

	if (s->state == SESSION_OVER)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	s->state = SESSION_OVER;
	s->end = end;
}

void
session_hopeless(struct session *s)
{
	s->end = SESSION_HOPELESS;
}

enum session_end
session_bye_end(unsigned code)
{
	switch (code) {
	case 0:
	case BYE_END:
		return SESSION_LEFT;
	case BYE_PROTOCOL:
	case BYE_TIMEOUT:
		return SESSION_FAILED;
	default:
		return SESSION_REFUSED;
	}
}

void
session_unread(struct session *s)
{
	s->heard_ms = clock_ms();
}

bool
session_pending(const struct session *s)
{
	return s->outlen > 0;
}

bool
session_full(const struct session *s)
{
	return s->outlen > FRAME_MAX + HEAD_MAX;
}

static void
write_failed(struct session *s)
{
	if (s->unheard) /* session_hear_out() is reading its last bytes */
		return;
	if (s->state < SESSION_OPEN &&
	    (errno == EPIPE || errno == ECONNRESET)) {
		s->outlen = 0; /* its last bytes are still to be read */
		return;
	}
	s->unheard = s->state == SESSION_OPEN;
	if (errno == EPIPE || errno == ECONNRESET)
		session_over(s, SESSION_LEFT, "closed");
	else
		session_over(s, SESSION_FAILED, "write: %s", strerror(errno));
}

static ssize_t
write_out(struct session *s, const struct iovec *iov, int n)
{
	ssize_t done = peer_writev(&s->peer, iov, n);

	if (done > 0)
		s->said_ms = clock_ms();
	if (done == -1 && errno != EAGAIN && errno != EINTR)
		write_failed(s);
	return done == -1 ? 0 : done;
}

/* n queued bytes were sent; a frame counts when its last byte is sent. */
static void
half_sent(struct session *s, size_t n)
{
	if (s->half == 0)
		return;
	s->half -= n < s->half ? n : s->half;
	if (s->half > 0)
		return;
	s->sent_frames++;
	s->sent_bytes += s->half_frame;
}

void
session_output(struct session *s)
{
	struct iovec iov = { s->out + s->outoff, s->outlen };
	ssize_t n;

	if (s->outlen == 0 || s->state == SESSION_OVER)
		return;
	n = write_out(s, &iov, 1);
	s->outoff += (size_t)n;
	s->outlen -= (size_t)n;
	half_sent(s, (size_t)n);
}

uint8_t *
session_room(struct session *s, size_t n)
{
	if (s->outlen == 0)
		s->outoff = 0;
	if (s->outoff + s->outlen + n > SESSION_OUT) {
		memmove(s->out, s->out + s->outoff, s->outlen);
		s->outoff = 0;
	}
	if (s->outlen + n > SESSION_OUT)
		return NULL;
	return s->out + s->outoff + s->outlen;
}

void
session_say(struct session *s, const struct message *m)
{
	uint8_t *to;
	size_t n = 1;
	int part;

	if (s->codec.dialect == NULL || s->state == SESSION_OVER)
		return;
	for (part = 0; n > 0; part++) {
		if ((to = session_room(s, CONTROL_MAX)) == NULL) {
			session_over(s, SESSION_LEFT,
			    "it does not read our answers");
			return;
		}
		n = s->codec.dialect->put(&s->codec, to, CONTROL_MAX, m, part);
		s->outlen += n;
		if (n > 0)
			log_debug(1, "%s: said message %d, %zu bytes",
			    s->peer.name, m->kind, n);
		if (n > 0 && log_level > 2)
			log_dump(to, n);
		session_output(s); /* a legacy peer wants a send for each */
	}
}

void
session_bye(struct session *s, enum bye_code code, const char *fmt, ...)
{
	struct message m = { .kind = MSG_BYE };
	va_list ap;

	if (s->state == SESSION_OVER)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(m.bye.text, sizeof(m.bye.text), fmt, ap);
	va_end(ap);
	m.bye.code = (uint16_t)code;
	session_say(s, &m);
	session_output(s);
	session_over(s, session_bye_end(code), "%s", m.bye.text);
	s->end = session_bye_end(code); /* even if the write has failed */
}

static void
say_ping(struct session *s, uint64_t token)
{
	struct message m = { .kind = MSG_PING, .token = token };

	session_say(s, &m);
}

void
session_ping(struct session *s)
{
	if (s->codec.dialect->pings)
		say_ping(s, window_ask(&s->up.window, clock_us()));
}

void
session_mark(struct session *s)
{
	/* differs from the token of any other PING */
	s->mark = UINT64_C(1) << 63 | clock_ms();
	say_ping(s, s->mark);
}

void
session_open(struct session *s)
{
	if (s->state == SESSION_OVER) /* a write has failed */
		return;
	s->state = SESSION_OPEN;
	session_ping(s);
}

/* Queues the rest of a frame that the peer has taken in part. */
static void
keep_rest(struct session *s, const struct iovec *iov, size_t skip)
{
	uint8_t *to;
	int i;

	s->outoff = s->outlen = 0;
	for (i = 0; i < 2; i++) {
		size_t cut = skip < iov[i].iov_len ? skip : iov[i].iov_len;

		to = s->out + s->outlen;
		memcpy(to, (uint8_t *)iov[i].iov_base + cut,
		    iov[i].iov_len - cut);
		s->outlen += iov[i].iov_len - cut;
		skip -= cut;
	}
}

/*
 * How many of n frames the peer has taken, whole or in part, with the first
 * `done' bytes; queues the rest of the last one.
 */
static int
count_sent(struct session *s, const struct iovec *iov, int n, size_t done)
{
	int i;

	for (i = 0; i < n && done > 0; i++, iov += 2) {
		size_t len = iov[0].iov_len + iov[1].iov_len;

		if (done < len) {
			keep_rest(s, iov, done);
			s->half = s->outlen;
			s->half_frame = (uint32_t)iov[1].iov_len;
			return i + 1;
		}
		s->sent_frames++;
		s->sent_bytes += iov[1].iov_len;
		done -= len;
	}
	return i;
}

/*
 * Writes a MARK for the frames behind it, unless the last MARK is still close
 * to their age.  Returns its bytes.
 */
static size_t
put_mark(struct session *s, uint8_t out[MARK_MAX], uint64_t since, uint64_t now)
{
	struct message m = { .kind = MSG_MARK };
	uint64_t limit = s->up.window.limit_us;

	if (limit == 0 || since < s->marked_us + limit / MARKS)
		return 0;
	m.mark.written_us = now;
	m.mark.age_us = (uint32_t)(now - since);
	m.mark.limit_us = (uint32_t)limit;
	return s->codec.dialect->put(&s->codec, out, MARK_MAX, &m, 0);
}

/* Messages for one system call. */
struct batch {
	struct iovec parts[2 * FRAME_BATCH]; /* each message's head and frame */
	struct iovec iov[2 * FRAME_BATCH]; /* the same bytes, for writev(2) */
	int messages, pieces; /* of parts, of iov */
	size_t used; /* of copied */
	uint8_t copied[MARK_MAX + FRAME_BATCH * (HEAD_MAX + SMALL)];
};

/* Bytes that follow the last piece in memory become a part of it. */
static void
batch_piece(struct batch *b, uint8_t *at, size_t len)
{
	struct iovec *next = &b->iov[b->pieces];

	if (b->pieces > 0 &&
	    (uint8_t *)next[-1].iov_base + next[-1].iov_len == at)
		next[-1].iov_len += len;
	else {
		*next = (struct iovec) { at, len };
		b->pieces++;
	}
}

/* Adds a frame, whose head of n bytes is the next in b->copied. */
static void
batch_add(struct batch *b, const struct frame *f, size_t n)
{
	uint8_t *head = b->copied + b->used, *data = f->data;

	b->parts[2 * b->messages] = (struct iovec) { head, n };
	b->parts[2 * b->messages++ + 1] = (struct iovec) { f->data, f->len };
	batch_piece(b, head, n);
	b->used += n;
	if (f->len <= SMALL) {
		data = memcpy(head + n, f->data, f->len);
		b->used += f->len;
	}
	batch_piece(b, data, f->len);
}

/* Writes the frames that the window allows.  Returns how many were taken. */
static int
send_some(struct session *s, const struct frame *frames, int n, uint64_t now)
{
	static struct batch b;
	const struct dialect *d = s->codec.dialect;
	uint32_t max = s->theirs.maxframe;
	uint64_t step = window_step(&s->up.window), bytes = 0;
	uint64_t room = window_room(&s->up.window, now);
	uint64_t since = now - (s->up.age_us < now ? s->up.age_us : now);
	size_t mark = put_mark(s, b.copied, since, now), head = mark, done;
	bool alone = room > 0 && s->up.window.sent == s->up.window.done;
	int at[FRAME_BATCH]; /* index in frames[] of each frame written */
	bool held = false;
	int i;

	b.messages = b.pieces = 0;
	b.used = 0;
	if (max == 0 || max > d->maxframe)
		max = d->maxframe;
	for (i = 0; i < n && bytes < step; i++) {
		if (frames[i].len < d->minframe || frames[i].len > max)
			continue;
		head += d->head(&s->codec, b.copied + b.used + head,
		    &frames[i]);
		bytes += head + frames[i].len;
		held = bytes > room && (b.messages > 0 || !alone);
		if (held)
			break;
		at[b.messages] = i;
		batch_add(&b, &frames[i], head);
		head = 0;
	}
	n = i;
	done = b.messages == 0 ? 0 : (size_t)write_out(s, b.iov, b.pieces);
	if (done > 0 && mark > 0)
		s->marked_us = since;
	i = count_sent(s, b.parts, b.messages, done);
	s->kept = held && i == b.messages;
	window_sent(&s->up.window, done + s->outlen, s->kept);
	/* cppcheck-suppress uninitvar; at[] has b.messages entries.
	 * NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign) */
	n = i == b.messages ? n : at[i];
	s->oversize += (uint64_t)(n - i);
	return n;
}

int
session_send(struct session *s, const struct frame *frames, int n)
{
	uint64_t now = clock_us(), token;
	int done = 0, k = 1;

	s->kept = false;
	session_output(s);
	for (;;) {
		if (window_asks(&s->up.window, now)) {
			token = window_ask(&s->up.window, clock_us());
			say_ping(s, token);
		}
		if (k == 0 || done == n || s->state != SESSION_OPEN ||
		    s->outlen > 0) /* frames must not overtake queued bytes */
			return done;
		k = send_some(s, frames + done, n - done, now);
		done += k;
	}
}

bool
session_waits(const struct session *s)
{
	return s->kept && s->outlen == 0;
}

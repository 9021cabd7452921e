#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "session/session.h"

struct session *
session_new(const struct peer *peer, const struct hello *ours,
    const struct dialect *connect)
{
	struct session *s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->in = malloc(SESSION_IN);
	s->out = malloc(SESSION_OUT);
	if (s->in == NULL || s->out == NULL) {
		session_free(s);
		return NULL;
	}
	s->peer = *peer;
	s->ours = *ours;
	s->up.window.size = WINDOW_START;
	s->codec.role = ours->role;
	s->born_ms = s->first_ms = s->heard_ms = s->said_ms = clock_ms();
	s->silent = true;
	if (connect != NULL) {
		s->connector = true;
		s->codec.dialect = connect;
		session_greet(s);
	}
	return s;
}

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
	s->end = session_bye_end(code); /* even if nobody reads it any more */
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
session_ping(struct session *s)
{
	struct message m = { .kind = MSG_PING };

	if (!s->codec.dialect->pings)
		return;
	window_ask(&s->up.window, clock_us());
	m.token = s->up.window.asked_us;
	session_say(s, &m);
}

void
session_mark(struct session *s)
{
	struct message m = { .kind = MSG_PING };

	/* unlike the token of any other PING */
	s->mark = m.token = UINT64_C(1) << 63 | clock_ms();
	session_say(s, &m);
}

void
session_open(struct session *s)
{
	if (s->state == SESSION_OVER) /* what was said could not be written */
		return;
	s->state = SESSION_OPEN;
	session_ping(s);
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

/* What may be wrong where HELLO does not come. */
static const char *
hello_remedy(const struct session *s)
{
	if (s->codec.dialect != NULL && !s->codec.dialect->hello)
		return "; two masters of the legacy dialect wait for each "
		       "other for ever";
	if (s->connector && s->silent)
		return "; is an etherpuppet 1.0 there? an older one wants "
		       "-L 0.3";
	return "";
}

/* A command that says nothing may have asked for a password: it has time. */
static uint64_t
tick_command(struct session *s, uint64_t now)
{
	uint64_t due = s->born_ms + SESSION_HELLO_MS;

	if (s->told)
		return UINT64_MAX;
	if (now < due)
		return due;
	s->told = true;
	log_info("%s: nothing heard yet%s; what the command itself says is "
		 "seen when it is run by hand",
	    s->peer.name, hello_remedy(s));
	return UINT64_MAX;
}

static uint64_t
tick_hello(struct session *s, uint64_t now)
{
	uint64_t due = s->first_ms + SESSION_HELLO_MS;

	if (s->peer.form == PEER_EXEC && s->silent)
		return tick_command(s, now);
	if (now < due)
		return due;
	session_over(s, SESSION_LEFT, "%s in %d seconds%s",
	    s->silent ? "nothing heard" : "no hello", SESSION_HELLO_MS / 1000,
	    hello_remedy(s));
	return now;
}

uint64_t
session_tick(struct session *s, uint64_t now)
{
	uint64_t due;

	s->turn = 0;
	if (s->state == SESSION_GREETING || s->state == SESSION_HELLO)
		return tick_hello(s, now);
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

/*
 * The first bytes of a session: which dialect is it?  A connecting side speaks
 * first; a listening side tells the dialect from four bytes, and what is not
 * a dialect is named as what it looks like.
 */
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "log.h"
#include "session/session.h"

#define MAGIC 4 /* bytes that tell the dialect */

static void
say_magic(struct session *s)
{
	const struct dialect *d = s->codec.dialect;
	uint8_t *to = session_room(s, WIRE_PREAMBLE);

	if (d->preamble) {
		wire_preamble(to);
		s->outlen += WIRE_PREAMBLE;
	} else if (s->connector) {
		put32(to, d->magic);
		s->outlen += MAGIC;
	}
	session_output(s);
}

/* Our first words, once the dialect is known. */
void
session_greet(struct session *s)
{
	struct message m = { .kind = MSG_HELLO };
	const struct dialect *d = s->codec.dialect;

	say_magic(s);
	m.hello = s->ours;
	session_say(s, &m);
	if (s->state == SESSION_OVER) /* it could not be written */
		return;
	s->state = d->preamble && s->connector ? SESSION_GREETING :
						 SESSION_HELLO;
	if (!d->pings)
		peer_keepalive(&s->peer);
	if (d->hello || s->ours.role == ROLE_MASTER)
		return;
	/* its master says nothing before its frames */
	s->theirs.role = ROLE_MASTER;
	s->theirs.maxframe = d->maxframe;
	s->silent = false;
	s->state = SESSION_READY;
}

/* Ends it: the other side's first bytes are of no dialect of ours. */
static void
session_foreign(struct session *s)
{
	const char *what = wire_guess(s->in + s->inoff, s->inlen);
	char text[5 * 64];

	if (what != NULL)
		session_over(s, SESSION_HOPELESS,
		    "this is %s, not our protocol", what);
	else
		session_over(s, SESSION_HOPELESS,
		    "not our protocol, it begins with: %s%s",
		    log_escape(text, sizeof(text), s->in + s->inoff,
			s->inlen < 48 ? s->inlen : 48),
		    s->peer.form == PEER_EXEC ? "; does a login script print?" :
						"");
}

/* The connecting side: the answer to our preamble. */
static bool
read_answer(struct session *s)
{
	int version;
	uint8_t *in = s->in + s->inoff;

	if (memcmp(in, "EPUP", s->inlen < MAGIC ? s->inlen : MAGIC) != 0) {
		session_foreign(s);
		return false;
	}
	if (s->inlen < WIRE_PREAMBLE)
		return false;
	if ((version = wire_preamble_read(in)) < WIRE_VERSION) {
		session_bye(s, BYE_VERSION,
		    "no common version: %d at most on one side, %d on the other",
		    version, WIRE_VERSION);
		session_hopeless(s);
		return false;
	}
	s->inoff += WIRE_PREAMBLE;
	s->inlen -= WIRE_PREAMBLE;
	s->state = SESSION_HELLO;
	return true;
}

/* The listening side: the first four bytes tell the dialect. */
static bool
read_magic(struct session *s)
{
	const uint8_t *in = s->in + s->inoff;
	const struct dialect *d;
	size_t n;

	if (s->inlen < MAGIC) {
		if (s->eof)
			session_foreign(s);
		return false;
	}
	if ((d = dialect_find(get32(in))) == NULL) {
		session_foreign(s);
		return false;
	}
	n = d->preamble ? WIRE_PREAMBLE : MAGIC;
	if (s->inlen < n)
		return false;
	s->codec.dialect = d;
	session_greet(s);
	if (d->preamble && wire_preamble_read(in) < WIRE_VERSION) {
		session_bye(s, BYE_VERSION,
		    "no common version: %d at most on one side, %d on the other",
		    wire_preamble_read(in), WIRE_VERSION);
		return false;
	}
	s->inoff += n;
	s->inlen -= n;
	return true;
}

bool
session_greeting(struct session *s)
{
	return s->connector ? read_answer(s) : read_magic(s);
}

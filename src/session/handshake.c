/* SPDX-License-Identifier: ISC */
/*
 * The beginning of a session.  The connecting side speaks first; the listening
 * side tells the dialect from its first four bytes, and names another protocol
 * if it recognises one.  A side that stays silent is given up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "clock.h"
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

/* Sends our first message, once the dialect is known. */
static void
say_hello(struct session *s)
{
	struct message m = { .kind = MSG_HELLO };
	const struct dialect *d = s->codec.dialect;

	say_magic(s);
	m.hello = s->ours;
	session_say(s, &m);
	if (s->state == SESSION_OVER) /* the write failed */
		return;
	s->state = d->preamble && s->connector ? SESSION_GREETING :
						 SESSION_HELLO;
	if (!d->pings)
		peer_keepalive(&s->peer);
	if (d->hello || s->ours.role == ROLE_MASTER)
		return;
	/* a legacy master sends nothing before its frames */
	s->theirs.role = ROLE_MASTER;
	s->theirs.maxframe = d->maxframe;
	s->silent = false;
	s->state = SESSION_READY;
}

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
		say_hello(s);
	}
	return s;
}

const struct dialect *
session_dialect(uint32_t magic)
{
	static const struct dialect *const all[] = { &dialect_native,
		&dialect_legacy03, &dialect_legacy04 };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i]->magic == magic)
			return all[i];
	return NULL;
}

/* Whether `in' begins with text, or is the first four bytes or more of it. */
static bool
begins(const uint8_t *in, size_t len, const char *text)
{
	size_t n = strlen(text);

	return len >= 4 && memcmp(in, text, len < n ? len : n) == 0;
}

static bool
is_http(const uint8_t *in, size_t len)
{
	static const char *const starts[] = { "HTTP/", "GET ", "HEAD ", "POST ",
		"PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH ",
		"PRI * " };
	size_t i;

	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (begins(in, len, starts[i]))
			return true;
	return false;
}

const char *
session_guess(const uint8_t *in, size_t len)
{
	/* a TLS record: handshake or alert, major version 3 */
	if (len >= 2 && (in[0] == 0x16 || in[0] == 0x15) && in[1] == 3)
		return "TLS";
	if (len < 4)
		return NULL;
	switch (get32(in)) {
	case WIRE_MAGIC:
		return "etherpuppet";
	case LEGACY_03:
		return "an etherpuppet 0.3";
	case LEGACY_04:
		return "an etherpuppet 0.4";
	}
	if (begins(in, len, "SSH-"))
		return "SSH";
	return is_http(in, len) ? "HTTP" : NULL;
}

/* Ends the session: the other side's first bytes are of no known dialect. */
static void
session_foreign(struct session *s)
{
	const char *what = session_guess(s->in + s->inoff, s->inlen);
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

/* On the connecting side: reads the answer to our preamble. */
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

/* On the listening side: finds the dialect by the first four bytes. */
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
	if ((d = session_dialect(get32(in))) == NULL) {
		session_foreign(s);
		return false;
	}
	n = d->preamble ? WIRE_PREAMBLE : MAGIC;
	if (s->inlen < n)
		return false;
	s->codec.dialect = d;
	say_hello(s);
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

/* What may be wrong if no HELLO comes. */
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

/* A silent command may be waiting for the user's password: gives it time. */
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

uint64_t
session_hello_tick(struct session *s, uint64_t now)
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

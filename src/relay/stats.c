/* SPDX-License-Identifier: ISC */
/*
 * Each counter grows in one place: the port, the session or the relay.  Here
 * they are added up and shown.
 */
#include <sys/ioctl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "relay/relay.h"
#include "text.h"

#define DROPS_SAID 10 /* fewer drops are not worth a line */
#define BLOCK	   4096 /* bytes, enough for all keys and values */
#define PEER	   8 /* columns for a peer's name, at least */
#define ESCAPED	   4 /* an escaped character needs up to so many bytes */

void
stats_add_session(struct counters *c, const struct session *s)
{
	c->up_frames += s->sent_frames;
	c->up_bytes += s->sent_bytes;
	c->oversize += s->oversize;
	c->stale += s->cut_off;
}

void
stats_add_port(struct counters *c, const struct relay *r)
{
	const struct port_counters *p = &r->port.count;

	c->dropped += p->dropped;
	c->filtered += p->filtered;
	c->stale += p->left;
	c->refused += p->refused;
	c->invalid += p->invalid;
	if (p->refused == 0)
		return;
	memset(c->reason, 0, sizeof(c->reason)); /* for memcmp() */
	(void)snprintf(c->reason, sizeof(c->reason), "%s",
	    strerror(p->refused_errno));
}

void
stats_read(struct relay *r, struct counters *c)
{
	port_stats(&r->port);
	*c = r->count;
	stats_add_port(c, r);
	if (r->link.live != NULL)
		stats_add_session(c, r->link.live);
}

void
stats_begin(struct stats *st)
{
	st->have_peer = false;
	st->tell = true;
	st->told.up_frames = UINT64_MAX; /* differs from every real value */
}

void
stats_end(struct stats *st)
{
	st->have_peer = false;
}

void
stats_heard(struct stats *st, const struct counters *peer)
{
	st->peer = *peer;
	st->have_peer = true;
}

/*
 * A PING goes with the counters, so a session that carries frames knows its
 * round trip.  An idle session sends neither.  While the stream takes no bytes,
 * nothing is queued: the counters go once the last frame is gone.
 */
void
stats_tell(struct relay *r, bool due)
{
	struct message m = { .kind = MSG_STATS };
	struct session *s = r->link.live;

	r->stats.tell |= due;
	if (!r->stats.tell || s == NULL || s->state != SESSION_OPEN ||
	    session_pending(s))
		return;
	r->stats.tell = false;
	stats_read(r, &m.stats);
	if (memcmp(&m.stats, &r->stats.told, sizeof(m.stats)) == 0)
		return;
	r->stats.told = m.stats;
	session_say(s, &m);
	if (s->up.window.npings == 0 && !r->paused)
		session_ping(s);
}

/* Few drops are not logged: each change of a doll's carrier drops some. */
void
stats_say_dropped(struct relay *r)
{
	const char *remedy = r->port.ops->queue_remedy;
	uint64_t n;

	if (r->paused) /* a loop test fills the queue for a moment */
		return;
	port_stats(&r->port);
	if (r->port.count.dropped < r->stats.dropped)
		r->stats.dropped = 0; /* it is another port */
	n = r->port.count.dropped - r->stats.dropped;
	if (n < DROPS_SAID || !log_allowed(&r->stats.dropped_limit))
		return;
	log_info("%s: the kernel dropped %" PRIu64 " frames, its queue was "
		 "full%s%s",
	    r->port.name, n, remedy != NULL && *remedy != '\0' ? "; " : "",
	    remedy != NULL ? remedy : "");
	r->stats.dropped = r->port.count.dropped;
}

/* ---- the block of key=value ---- */

static void
block_word(struct text *t, const char *key, const char *value)
{
	text_add(t, "%s=", key);
	text_add_escaped(t, value);
	text_add(t, "\n");
}

/* The value of an unknown number is empty. */
static void
block_number(struct text *t, const char *key, bool known, uint64_t value)
{
	if (known)
		text_add(t, "%s=%" PRIu64 "\n", key, value);
	else
		text_add(t, "%s=\n", key);
}

static void
block_counters(struct text *t, const char *who, bool known,
    const struct counters *c)
{
	const struct {
		const char *key;
		uint64_t value;
	} all[] = {
		{ "up_frames", c->up_frames },
		{ "up_bytes", c->up_bytes },
		{ "down_frames", c->down_frames },
		{ "down_bytes", c->down_bytes },
		{ "dropped_by_kernel", c->dropped },
		{ "stale", c->stale },
		{ "late", c->late },
		{ "filtered", c->filtered },
		{ "oversize_for_peer", c->oversize },
		{ "invalid", c->invalid },
		{ "read_only", c->readonly },
		{ "refused_by_interface", c->refused },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		text_add(t, "%s", who);
		block_number(t, all[i].key, known, all[i].value);
	}
	text_add(t, "%s", who);
	block_word(t, "refused_reason", known ? c->reason : "");
}

/* The offloads that the receiver accepts, if the sender uses any. */
static void
block_offloads(struct text *t, const char *key, unsigned sender,
    unsigned receiver)
{
	static const char *const names[] = { "csum", "tso4", "tso6", "uso",
		NULL, "tunnel" };
	unsigned i, caps = sender != 0 ? receiver : 0;
	const char *comma = "";

	text_add(t, "%s=", key);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i] != NULL && (caps & 1u << i) != 0) {
			text_add(t, "%s%s", comma, names[i]);
			comma = ",";
		}
	text_add(t, "\n");
}

static void
block_session(struct text *t, const struct relay *r)
{
	static const struct session none;
	const struct session *s = r->link.live != NULL ? r->link.live : &none;
	bool master = r->opt->role == ROLE_MASTER;

	block_word(t, "doll", master ? r->port.name : s->theirs.ifname);
	block_word(t, "interface", master ? s->theirs.ifname : r->port.name);
	block_word(t, "peer", s->peer.name);
	block_word(t, "dialect", s != &none ? s->codec.dialect->name : "");
	block_number(t, "up_time", true,
	    (clock_ms() - r->stats.begun_ms) / 1000);
	block_number(t, "sessions", true, r->link.sessions);
	block_number(t, "round_trip_us", s->rtt_us != 0, s->rtt_us);
	block_number(t, "round_trip_min_us", s->rtt_us != 0, s->rtt_min_us);
	block_offloads(t, "offloads_up", s->ours.can, s->theirs.can);
	block_offloads(t, "offloads_down", s->theirs.can, s->ours.can);
}

void
stats_block(struct relay *r)
{
	char block[BLOCK];
	struct text t = text_begin(block, sizeof(block));
	struct counters own;

	stats_read(r, &own);
	block_session(&t, r);
	block_counters(&t, "", true, &own);
	block_counters(&t, "peer_", r->stats.have_peer, &r->stats.peer);
	log_status("");
	log_write(t.at, t.len);
}

/* ---- the line ---- */

/* Writes about three digits: 999, 1.2k, 12.3M, 123G. */
static void
line_amount(struct text *t, double value, const char *unit)
{
	static const char prefix[] = " kMGTPE";
	int i = 0;

	for (; value >= 999.5 && prefix[i + 1] != '\0'; i++)
		value /= 1000;
	if (i == 0)
		text_add(t, "%.0f%s", value, unit);
	else
		text_add(t, "%.*f%c%s", value < 99.95, value, prefix[i], unit);
}

static void
line_rates(struct text *t, const char *way, uint64_t frames, uint64_t bytes,
    uint64_t ms)
{
	text_add(t, " %s ", way);
	line_amount(t, (double)frames * 1000 / (double)ms, "/s ");
	line_amount(t, (double)bytes * 8000 / (double)ms, "b");
}

static void
line_round_trip(struct text *t, uint64_t us)
{
	if (us == 0)
		text_add(t, " -");
	else if (us < 1000)
		text_add(t, " %uus", (unsigned)us);
	else if (us < 1000000)
		text_add(t, " %.*fms", us < 99950, (double)us / 1000);
	else
		text_add(t, " %.1fs", (double)us / 1000000);
}

static void
line_up_time(struct text *t, uint64_t s)
{
	if (s < 60)
		text_add(t, " %us", (unsigned)s);
	else if (s < 3600)
		text_add(t, " %um%02us", (unsigned)s / 60, (unsigned)s % 60);
	else if (s < 86400)
		text_add(t, " %uh%02um", (unsigned)s / 3600,
		    (unsigned)s / 60 % 60);
	else
		text_add(t, " %" PRIu64 "d%02uh", s / 86400,
		    (unsigned)(s / 3600 % 24));
}

static uint64_t
lost(const struct counters *c)
{
	return c->dropped + c->stale + c->late + c->refused + c->oversize +
	    c->invalid;
}

/* The part of the line behind the names. */
static void
line_counters(struct relay *r, char *out, size_t size)
{
	const struct session *s = r->link.live;
	const struct counters *last = &r->stats.shown;
	uint64_t now = clock_ms(), ms = now - r->stats.shown_ms;
	struct text t = text_begin(out, size);
	struct counters own;

	ms += ms == 0;
	stats_read(r, &own);
	line_rates(&t, "up", own.up_frames - last->up_frames,
	    own.up_bytes - last->up_bytes, ms);
	line_rates(&t, "down", own.down_frames - last->down_frames,
	    own.down_bytes - last->down_bytes, ms);
	text_add(&t, " drop ");
	line_amount(&t,
	    (double)(lost(&own) +
		(r->stats.have_peer ? lost(&r->stats.peer) : 0)),
	    "");
	line_round_trip(&t, s != NULL ? s->rtt_us : 0);
	line_up_time(&t, (now - r->stats.begun_ms) / 1000);
	r->stats.shown = own;
	r->stats.shown_ms = now;
}

/* Columns of the terminal that a line can have without being wrapped. */
static size_t
line_columns(void)
{
	const char *text = getenv("COLUMNS");
	struct winsize size = { 0 };
	uint32_t n = 0;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	if (n == 0 && text != NULL)
		(void)text_number(text, 2, BLOCK - 1, &n);
	return n > 1 && n < BLOCK ? n - 1 : 79;
}

/* Shows the line; the peer's name is cut to the columns that remain. */
static void
line_fit(const char *name, const char *peer, const char *rest)
{
	size_t width = line_columns(), used = strlen(name) + 1 + strlen(rest);
	size_t left = used + PEER < width ? width - used : PEER;
	char line[BLOCK];
	struct text t = text_begin(line, sizeof(line));

	text_add(&t, "%s %.*s%s", name, (int)left, peer, rest);
	line[width] = '\0';
	log_status(line);
}

static void
line_show(struct relay *r)
{
	const struct session *s = r->link.live;
	char name[ESCAPED * sizeof(r->port.name)];
	char peer[ESCAPED * sizeof(s->peer.name)] = "no session";
	char rest[BLOCK], *port;

	line_counters(r, rest, sizeof(rest));
	(void)log_escape(name, sizeof(name), r->port.name,
	    strlen(r->port.name));
	if (s != NULL)
		(void)log_escape(peer, sizeof(peer), s->peer.name,
		    strlen(s->peer.name));
	if (!log_terminal()) {
		log_report("%s %s%s", name, peer, rest);
		return;
	}
	if ((port = strstr(peer, " port ")) != NULL)
		*port = '\0';
	if (s == NULL && r->opt->form == PEER_EXEC) /* ssh may ask the user */
		log_status("");
	else
		line_fit(name, peer, rest);
}

uint64_t
stats_line(struct relay *r, uint64_t now)
{
	struct stats *st = &r->stats;

	if (r->opt->stats == 0)
		return UINT64_MAX;
	if (now >= st->line_ms) {
		if (st->line_ms > 0)
			line_show(r);
		st->line_ms = now + r->opt->stats * 1000;
	}
	return st->line_ms;
}

/* How the counters are shown. */
#include <sys/ioctl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "relay/relay.h"

#define BLOCK	4096 /* more than all keys and texts need */
#define PEER	8 /* columns that a peer's name gets at least */
#define ESCAPED 4 /* a character of a stranger's text becomes so many */

struct text {
	char at[BLOCK];
	size_t len;
};

static void text_add(struct text *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->at + t->len, sizeof(t->at) - t->len, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(t->at) - t->len)
		t->len += (size_t)n;
}

static void
text_word(struct text *t, const char *key, const char *value)
{
	char word[ESCAPED * 128 + 1];

	text_add(t, "%s=%s\n", key,
	    log_escape(word, sizeof(word), value, strlen(value)));
}

/* A number that is not known is nothing. */
static void
text_number(struct text *t, const char *key, bool known, uint64_t value)
{
	if (known)
		text_add(t, "%s=%" PRIu64 "\n", key, value);
	else
		text_add(t, "%s=\n", key);
}

static void
text_counters(struct text *t, const char *who, bool known,
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
		text_number(t, all[i].key, known, all[i].value);
	}
	text_add(t, "%s", who);
	text_word(t, "refused_reason", known ? c->reason : "");
}

/* What the sender of a direction leaves undone and its receiver takes. */
static void
text_offloads(struct text *t, const char *key, unsigned sender,
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
text_session(struct text *t, const struct relay *r)
{
	static const struct session none;
	const struct session *s = r->link.live != NULL ? r->link.live : &none;
	bool master = r->opt->role == ROLE_MASTER;

	text_word(t, "doll", master ? r->port.name : s->theirs.ifname);
	text_word(t, "interface", master ? s->theirs.ifname : r->port.name);
	text_word(t, "peer", s->peer.name);
	text_word(t, "dialect", s != &none ? s->codec.dialect->name : "");
	text_number(t, "up_time", true,
	    (clock_ms() - r->stats.begun_ms) / 1000);
	text_number(t, "sessions", true, r->link.sessions);
	text_number(t, "round_trip_us", s->rtt_us != 0, s->rtt_us);
	text_number(t, "round_trip_min_us", s->rtt_us != 0, s->rtt_min_us);
	text_offloads(t, "offloads_up", s->ours.can, s->theirs.can);
	text_offloads(t, "offloads_down", s->theirs.can, s->ours.can);
}

void
stats_block(struct relay *r)
{
	struct text t = { .len = 0 };
	struct counters own;

	stats_read(r, &own);
	text_session(&t, r);
	text_counters(&t, "", true, &own);
	text_counters(&t, "peer_", r->stats.have_peer, &r->stats.peer);
	log_status("");
	log_write(t.at, t.len);
}

/* Three digits or so: 999, 1.2k, 12.3M, 123G. */
static void
text_human(struct text *t, double value, const char *unit)
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
text_rates(struct text *t, const char *way, uint64_t frames, uint64_t bytes,
    uint64_t ms)
{
	text_add(t, " %s ", way);
	text_human(t, (double)frames * 1000 / (double)ms, "/s ");
	text_human(t, (double)bytes * 8000 / (double)ms, "b");
}

static void
text_round_trip(struct text *t, uint64_t us)
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
text_up_time(struct text *t, uint64_t s)
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

/* Everything behind the names. */
static void
text_line(struct text *t, struct relay *r)
{
	const struct session *s = r->link.live;
	const struct counters *last = &r->stats.shown;
	uint64_t now = clock_ms(), ms = now - r->stats.shown_ms;
	struct counters own;

	ms += ms == 0;
	stats_read(r, &own);
	text_rates(t, "up", own.up_frames - last->up_frames,
	    own.up_bytes - last->up_bytes, ms);
	text_rates(t, "down", own.down_frames - last->down_frames,
	    own.down_bytes - last->down_bytes, ms);
	text_add(t, " drop ");
	text_human(t,
	    (double)(lost(&own) +
		(r->stats.have_peer ? lost(&r->stats.peer) : 0)),
	    "");
	text_round_trip(t, s != NULL ? s->rtt_us : 0);
	text_up_time(t, (now - r->stats.begun_ms) / 1000);
	r->stats.shown = own;
	r->stats.shown_ms = now;
}

/* Columns that can be used without the line being wrapped. */
static size_t
columns(void)
{
	const char *text = getenv("COLUMNS");
	struct winsize size = { 0 };
	unsigned long n = 0;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	if (n == 0 && text != NULL)
		n = strtoul(text, NULL, 10);
	return n > 1 && n < BLOCK ? n - 1 : 79;
}

/* The peer's name gets what the rest leaves. */
static void
line_fit(const char *name, const char *peer, const char *rest)
{
	size_t width = columns(), used = strlen(name) + 1 + strlen(rest);
	size_t left = used + PEER < width ? width - used : PEER;
	struct text line = { .len = 0 };

	text_add(&line, "%s %.*s%s", name, (int)left, peer, rest);
	line.at[width] = '\0';
	log_status(line.at);
}

static void
line_show(struct relay *r)
{
	const struct session *s = r->link.live;
	char name[ESCAPED * sizeof(r->port.name)];
	char peer[ESCAPED * sizeof(s->peer.name)] = "no session";
	struct text t = { .len = 0 };
	char *port;

	text_line(&t, r);
	(void)log_escape(name, sizeof(name), r->port.name,
	    strlen(r->port.name));
	if (s != NULL)
		(void)log_escape(peer, sizeof(peer), s->peer.name,
		    strlen(s->peer.name));
	if (!isatty(STDERR_FILENO)) {
		log_report("%s %s%s", name, peer, t.at);
		return;
	}
	if ((port = strstr(peer, " port ")) != NULL)
		*port = '\0';
	if (s == NULL && r->opt->form == PEER_EXEC) /* it may ask something */
		log_status("");
	else
		line_fit(name, peer, t.at);
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

/*
 * The line that a session begins with: what is what, so that a user sees at
 * once whether it is what he meant.  All that the other side has said of itself
 * is escaped.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "relay/banner.h"
#include "log.h"

#define ESCAPED 4 /* bytes for one */
#define ADDRS	4 /* addresses that are shown */

struct text {
	char *at;
	size_t size, len;
};

static void __attribute__((format(printf, 2, 3)))
add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->at + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
	t->len += n > 0 ? (size_t)n : 0;
	if (t->len >= t->size)
		t->len = t->size - 1;
}

/* The other side's interface, and where it is. */
static void
add_theirs(struct text *t, const struct hello *theirs)
{
	char name[ESCAPED * sizeof(theirs->ifname) + 1];
	char host[ESCAPED * sizeof(theirs->host) + 1];

	add(t, "%s",
	    theirs->ifname[0] == '\0' ?
		"the other side's interface" :
		log_escape(name, sizeof(name), theirs->ifname,
		    strlen(theirs->ifname)));
	if (theirs->host[0] != '\0')
		add(t, " of %s",
		    log_escape(host, sizeof(host), theirs->host,
			strlen(theirs->host)));
}

static void
add_params(struct text *t, const struct params *p)
{
	struct params few = *p;
	char text[512];

	if (!p->have_mac && !p->have_mtu && p->naddrs == 0)
		return;
	if (few.naddrs > ADDRS)
		few.naddrs = ADDRS;
	add(t, " (%s%s)", params_print(&few, text, sizeof(text)),
	    few.naddrs < p->naddrs ? ", ..." : "");
}

static void
add_left_out(struct text *t, const char *left_out)
{
	char text[ESCAPED * sizeof(((struct hello *)NULL)->left_out) + 1];

	if (*left_out != '\0')
		add(t, "; left out: %s",
		    log_escape(text, sizeof(text), left_out, strlen(left_out)));
}

static const char *
relation(enum role ours, enum role theirs, bool file)
{
	if (ours == theirs)
		return ours == ROLE_MASTER ? "is joined with" :
					     "is bridged with";
	if (ours == ROLE_SLAVE)
		return "is shown as";
	return file ? "gets" : "is";
}

const char *
banner_print(const struct banner *b, char *out, size_t size)
{
	const struct hello *theirs = &b->session->theirs;
	struct text t = { .at = out, .size = size };
	unsigned want = b->session->ours.want | theirs->want;

	add(&t, "%s %s ", b->name,
	    relation(b->session->ours.role, theirs->role, b->file));
	add_theirs(&t, theirs);
	if (b->params != NULL) {
		add_params(&t, b->params);
		add(&t, ", %s",
		    !(b->params->flags & PARAM_UP)	    ? "down" :
			!(b->params->flags & PARAM_RUNNING) ? "no carrier" :
							      "up");
	}
	if (want & WANT_READONLY)
		add(&t, ", read-only");
	if (want & WANT_EXCLUSIVE)
		add(&t, ", exclusive");
	add_left_out(&t, b->left_out);
	return out;
}

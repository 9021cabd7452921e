/* SPDX-License-Identifier: ISC */
/*
 * The log line at the beginning of a session says which two interfaces are
 * joined: a user sees at once whether they are the right ones.  Texts from the
 * other side are escaped.
 */
#include "relay/banner.h"
#include "text.h"

#define ADDRS 4 /* addresses that are shown */

/* The other side's interface, and where it is. */
static void
add_theirs(struct text *t, const struct hello *theirs)
{
	if (theirs->ifname[0] == '\0')
		text_add(t, "the other side's interface");
	text_add_escaped(t, theirs->ifname);
	if (theirs->host[0] != '\0')
		text_add(t, " of ");
	text_add_escaped(t, theirs->host);
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
	text_add(t, " (%s%s)", params_print(&few, text, sizeof(text)),
	    few.naddrs < p->naddrs ? ", ..." : "");
}

static const char *
state_of(const struct params *p)
{
	if ((p->flags & PARAM_UP) == 0)
		return "down";
	return (p->flags & PARAM_RUNNING) == 0 ? "no carrier" : "up";
}

/* Which connections the slave does not capture; "": unknown. */
static const char *
left_out(const struct options *opt, const struct session *s)
{
	if (s->ours.role != ROLE_SLAVE)
		return s->theirs.left_out;
	return opt->exclude_none ? "nothing (-B)" : s->ours.left_out;
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
banner_print(const char *name, const struct options *opt,
    const struct session *s, const struct params *real, char *out, size_t size)
{
	struct text t = text_begin(out, size);
	unsigned want = s->ours.want | s->theirs.want;

	text_add(&t, "%s %s ", name,
	    relation(s->ours.role, s->theirs.role, opt->write != NULL));
	add_theirs(&t, &s->theirs);
	if (real != NULL) {
		add_params(&t, real);
		text_add(&t, ", %s", state_of(real));
	}
	if (want & WANT_READONLY)
		text_add(&t, ", read-only");
	if (want & WANT_EXCLUSIVE)
		text_add(&t, ", exclusive");
	if (*left_out(opt, s) != '\0')
		text_add(&t, "; left out: ");
	text_add_escaped(&t, left_out(opt, s));
	return out;
}

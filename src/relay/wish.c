#include <stdio.h>

#include "clock.h"
#include "port/exclusive.h"
#include "privilege/helper.h"
#include "log.h"
#include "relay/slave.h"

#define LOOK_MS 100 /* between two looks at what a peer wishes */

/* Why this peer may not ask for a deaf host; NULL: it may. */
static const char *
wish_refusal(const struct relay *r, const struct session *s)
{
	if (r->opt->readonly)
		return "not of a slave that is read-only (-r), unless it was "
		       "started with -x, too";
	if (peer_is_stranger(&s->peer))
		return "whoever reaches the slave's port cannot ask for it; "
		       "start the slave with -x";
	return NULL;
}

/* 0; -1: why is filled. */
static int
wish_make_deaf(struct relay *r, const struct session *s, char *why, size_t size)
{
	struct filter_pair pairs[FILTER_PAIRS];
	const char *refusal = r->opt->exclusive ? NULL : wish_refusal(r, s);
	int n;

	if (refusal != NULL) {
		(void)snprintf(why, size, "%s", refusal);
		return -1;
	}
	n = slave_heard(r->opt, &s->peer, pairs, why, size);
	return n == -1 ? -1 : exclusive_make(&r->port, pairs, n, why, size);
}

int
wish_exclusive(struct relay *r, struct session *s, bool anew)
{
	bool want = r->opt->exclusive || (s->theirs.want & WANT_EXCLUSIVE);
	bool was = exclusive_is();
	char why[256];

	if (want == was && !anew)
		return 0;
	if (!want)
		exclusive_end();
	else if (wish_make_deaf(r, s, why, sizeof(why)) == -1) {
		session_bye(s, BYE_EXCLUSIVE, "%s: -x: %s", r->port.name, why);
		return -1;
	}
	if (was != exclusive_is())
		log_info("%s: this host hears %s there", r->port.name,
		    want ? "only the session" : "everything again");
	return 0;
}

static void
wish_readonly(struct relay *r, const struct hello *theirs)
{
	r->drop_down = r->opt->readonly || (theirs->want & WANT_READONLY);
}

void
wish_grant(struct relay *r, struct session *s)
{
	const struct hello *theirs = &s->theirs;
	bool promisc = r->opt->promisc || (theirs->want & WANT_PROMISC);
	bool join = r->opt->coalesce || (theirs->want & WANT_COALESCE);

	slave_of(r)->wish.fresh = false;
	wish_readonly(r, theirs);
	if (flow_join(&r->up, join ? theirs->maxframe : 0) == -1)
		log_errno("%s: joining segments: malloc", r->port.name);
	if (helper_port_set(&r->port, PORT_PROMISC, promisc) == -1)
		log_errno("%s: promiscuous mode", r->port.name);
}

void
wish_said(struct relay *r, struct session *s)
{
	wish_readonly(r, &s->theirs);
	slave_of(r)->wish.fresh = true;
}

uint64_t
wish_turn(struct relay *r, uint64_t now)
{
	struct session *s = r->link.live;
	struct wish *w = &slave_of(r)->wish;

	if (!w->fresh)
		return UINT64_MAX;
	if (now < w->next_ms)
		return w->next_ms;
	wish_grant(r, s);
	(void)wish_exclusive(r, s, false);
	w->next_ms = clock_ms() + LOOK_MS;
	return UINT64_MAX;
}

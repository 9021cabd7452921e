/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "frame/packet.h"
#include "log.h"
#include "privilege/helper.h"
#include "relay/copy.h"

#define PARAMS_ON     (PARAM_UP | PARAM_RUNNING)
#define SETTLE_MS     2000 /* 0.3 does not tell when its snapshot is complete */
#define REFUSED_LINES 16 /* a minute */
/* Between two snapshots that are set: a stranger may send them in a storm. */
#define FOLLOW_MS 100

void
copy_begin(struct copy *c)
{
	memset(&c->want, 0, sizeof(c->want));
	c->is_told = c->settled = c->carrier = false;
	c->waiting = COPY_NOTHING;
	c->settle_ms = 0;
}

void
copy_expect_nothing(struct copy *c)
{
	c->settle_ms = clock_ms() + SETTLE_MS;
}

void
copy_carrier(struct copy *c, struct relay *r, bool up)
{
	c->carrier = up;
	(void)port_set(&r->port, PORT_CARRIER, up);
}

/* Logs that an address is not set; not all, a peer can invent any number. */
static void
copy_refuse(struct copy *c, const struct param_addr *a, const char *why)
{
	char text[ADDR_TEXT], peer[ADDR_TEXT] = "";
	const char *name = c->doll->name;
	const char *remedy = c->doll->opt->netns == NULL &&
		netns_recipe == NULL ?
	    "-n NAME or -C" :
	    "-C";

	if (log_allowed(&c->refused_limit))
		c->refused_lines = 0;
	if (c->refused_lines++ < REFUSED_LINES) {
		if (a->kind == PARAM_PEER)
			(void)addr_ntop(&a->other, peer, sizeof(peer));
		log_info("%s: %s%s%s not set: %s; use %s", name,
		    addr_ntop(&a->addr, text, sizeof(text)),
		    peer[0] != '\0' ? " peer " : "", peer, why, remedy);
	} else if (c->refused_lines == REFUSED_LINES + 1)
		log_info("%s: more addresses not set; use %s", name, remedy);
}

/*
 * Removes from `want' the addresses that would cut off the session or this
 * host; logs each once.
 */
static void
copy_guard(struct copy *c, struct params *want, const struct session *s)
{
	struct params was = c->refused;
	struct addr_offer offer = { .own = s->theirs.own,
		.remote = s->peer.remote,
		.stranger = peer_is_stranger(&s->peer),
		.naddrs = want->naddrs };
	struct addr_verdict verdict;
	int i, n = 0;

	c->refused.naddrs = 0;
	memcpy(offer.addrs, want->addrs, sizeof(want->addrs));
	memset(&verdict, 0, sizeof(verdict));
	if (want->naddrs > 0 && helper_judge(&offer, &verdict) == -1) {
		if (errno != ENODEV)
			log_errno("%s: no address set: %s", c->doll->name,
			    helper_failed());
		want->have_addrs = false;
		return;
	}
	for (i = 0; i < want->naddrs; i++)
		if (verdict.why[i][0] == '\0')
			want->addrs[n++] = want->addrs[i];
		else if (!params_addr_put(&c->refused, &want->addrs[i]) &&
		    !params_addr_take(&was, &want->addrs[i]))
			copy_refuse(c, &want->addrs[i], verdict.why[i]);
	want->naddrs = n;
}

/* Cuts the MTU to the largest one that a tap can have; logs it once. */
static void
copy_limit(struct copy *c, struct params *want, const struct params *now)
{
	if (!want->have_mtu || now->mtu_max == 0 || want->mtu <= now->mtu_max)
		return;
	if (want->mtu != c->refused.mtu && !c->doll->quiet)
		log_info("%s: MTU %u instead of %u, it takes no more",
		    c->doll->name, now->mtu_max, want->mtu);
	c->refused.mtu = want->mtu;
	want->mtu = now->mtu_max;
}

static void
copy_warn(struct copy *c)
{
	char text[ADDR_TEXT];

	if (c->warned || c->doll->ours.naddrs == 0 || c->doll->opt->readonly)
		return;
	c->warned = true;
	log_info("%s: answers for %s beside the real host once it is up, and "
		 "resets its connections; only to listen: -r; without "
		 "addresses: -C",
	    c->doll->name,
	    addr_ntop(&c->doll->ours.addrs[0].addr, text, sizeof(text)));
}

/* Sets on the doll where it differs from the last snapshot, as allowed. */
static void
copy_params(struct copy *c, const struct session *s)
{
	static struct param_change changes[PARAMS_CHANGES];
	const char *name = c->doll->name;
	struct params now, want = c->want;
	int n, failed;

	if (c->doll->away)
		return;
	doll_snapshot(c->doll);
	n = params_validate(&want);
	if (n > 0 && !c->doll->quiet)
		log_info("%s: %d parameters of the other side make no sense",
		    name, n);
	if (want.beyond > 0 && !c->doll->quiet)
		log_info("%s: %u addresses not set: more than %d", name,
		    want.beyond, PARAMS_ADDRS);
	if (doll_read(c->doll, &now) == -1)
		return;
	if (c->doll->no_speed)
		want.speed = 0;
	copy_limit(c, &want, &now);
	if (want.have_addrs)
		copy_guard(c, &want, s);
	n = params_diff(&now, &want, &c->doll->ours, changes);
	failed = doll_change(c->doll, &now, changes, n);
	copy_warn(c);
	if (n > failed)
		doll_verify(c->doll, &want);
}

/*
 * Lets the relay log the first offloaded frame above the MTU.  A frame of the
 * MTU may have two VLAN tags.
 */
static void
copy_set_large(const struct copy *c, struct relay *r)
{
	struct params now;

	if (r->large == 0 && !r->large_said && r->drop_up && !r->opt->segment &&
	    !r->opt->coalesce && doll_read(c->doll, &now) == 0)
		r->large = now.mtu + FRAME_MIN + 2 * VLAN_HEAD;
}

static void
copy_all(struct copy *c, struct relay *r, const struct session *s)
{
	if (!r->opt->nocopy &&
	    (c->want.have_mac || c->want.have_mtu || c->want.have_addrs))
		copy_params(c, s);
	copy_carrier(c, r, c->carrier); /* after it is configured */
	doll_raise(c->doll);
	copy_set_large(c, r);
	r->changed = true; /* the doll may have refused the MAC */
}

void
copy_settle(struct copy *c, struct relay *r, struct session *s)
{
	c->settled = true;
	c->settle_ms = 0;
	c->waiting = COPY_NOTHING;
	if (c->doll == NULL)
		return;
	doll_label(c->doll, s->theirs.ifname, s->peer.name);
	copy_all(c, r, s);
	c->follow_ms = clock_ms() + FOLLOW_MS;
	doll_run(c->doll, s->peer.name);
}

void
copy_first_frame(struct copy *c, struct relay *r, struct session *s)
{
	if (c->settle_ms != 0)
		copy_settle(c, r, s);
}

/* Sets the differences of later snapshots, now or at follow_ms. */
static void
copy_follow(struct copy *c, struct relay *r, struct session *s)
{
	if (c->waiting == COPY_NOTHING)
		return;
	if (clock_ms() < c->follow_ms) {
		if (r->tick_ms > c->follow_ms)
			r->tick_ms = c->follow_ms;
		return;
	}
	if (c->waiting == COPY_ALL && c->doll != NULL)
		copy_all(c, r, s);
	else
		copy_carrier(c, r, c->carrier);
	c->waiting = COPY_NOTHING;
	c->follow_ms = clock_ms() + FOLLOW_MS;
}

void
copy_tick(struct copy *c, struct relay *r, struct session *s)
{
	if (c->settle_ms != 0 && clock_ms() >= c->settle_ms)
		copy_settle(c, r, s);
	copy_follow(c, r, s);
}

bool
copy_waits(const struct copy *c)
{
	return c->settle_ms != 0 || c->waiting != COPY_NOTHING;
}

/*
 * For a slave that cannot send frames of its full MTU: makes the doll's MTU
 * smaller by `excess'.
 */
static void
copy_reduce_mtu(struct copy *c, struct session *s, uint32_t excess)
{
	uint32_t mtu = c->want.mtu - excess;

	if (c->want.mtu < MTU_MIN + excess || mtu > MTU_MAX) {
		c->want.have_mtu = false;
		log_info("%s: an MTU of %u makes no sense, it is not copied",
		    s->peer.name, c->want.mtu);
		return;
	}
	if (s->theirs.maxframe > mtu + FRAME_MIN)
		s->theirs.maxframe = mtu + FRAME_MIN;
	c->want.mtu = mtu;
}

void
copy_snapshot(struct copy *c, struct relay *r, struct session *s,
    const struct message *m)
{
	const struct dialect *d = s->codec.dialect;
	bool full = m->params.have_mac || m->params.have_mtu ||
	    m->params.have_addrs;

	c->told = m->params;
	c->is_told = true;
	if (m->complete)
		link_begun(&r->link);
	if (full)
		c->want = m->params;
	if (d->excess > 0 && m->params.have_mtu)
		copy_reduce_mtu(c, s, d->excess);
	c->carrier = (m->params.flags & PARAMS_ON) == PARAMS_ON;
	if (!c->settled) {
		/* a snapshot of an interface that is gone has only flags */
		if (m->complete && (full || r->opt->nocopy || s->theirs.nocopy))
			copy_settle(c, r, s);
	} else if (d->params) {
		if (full && !r->opt->nocopy)
			c->waiting = COPY_ALL;
		else if (c->waiting == COPY_NOTHING)
			c->waiting = COPY_CARRIER;
		copy_follow(c, r, s);
	}
}

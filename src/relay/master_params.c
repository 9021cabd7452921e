/*
 * What the slave tells of the real interface, and when the doll takes it.  The
 * first snapshot settles it: the doll is configured, gets its carrier and is
 * brought up, and the user's command runs.  Later ones are followed.
 */
#include <string.h>

#include "clock.h"
#include "frame/packet.h"
#include "privilege/helper.h"
#include "log.h"
#include "relay/master.h"

#define PARAMS_ON (PARAM_UP | PARAM_RUNNING)
#define FOLLOW_MS 100 /* between two snapshots that are looked at */

void
master_carrier(struct relay *r, bool up)
{
	master_of(r)->carrier = up;
	(void)helper_port_set(&r->port, PORT_CARRIER, up);
}

/* From which size on frames are no wire's: two VLAN tags are. */
static void
master_large(struct relay *r)
{
	struct master *m = master_of(r);
	struct params now;

	if (m->large_known || !r->drop_up || r->opt->segment ||
	    r->opt->coalesce || doll_read(&m->doll, &now) == -1)
		return;
	m->large_known = true; /* it is said once */
	r->large = now.mtu + FRAME_MIN + 2 * VLAN_HEAD;
}

static void
master_configure(struct relay *r, struct session *s)
{
	struct master *m = master_of(r);

	if (m->have_want && !r->opt->nocopy)
		doll_configure(&m->doll, &m->want, &s->theirs.own, &s->peer);
	master_carrier(r, m->carrier); /* not before it is configured */
	doll_raise(&m->doll);
	m->fresh = m->full = false;
	m->follow_ms = clock_ms() + FOLLOW_MS;
	master_large(r);
	r->changed = true; /* it may not have taken the MAC */
}

/* Parameters are in, or known not to come. */
void
master_settle(struct relay *r, struct session *s)
{
	struct master *m = master_of(r);

	m->settled = true;
	m->settle_ms = 0;
	if (!master_has_doll(r))
		return;
	doll_label(&m->doll, s->theirs.ifname, s->peer.name);
	master_configure(r, s);
	doll_run(&m->doll, s->peer.name);
}

/* A stranger's storm of snapshots shall not be one of changes. */
void
master_follow(struct relay *r, struct session *s)
{
	struct master *m = master_of(r);

	if (!m->fresh)
		return;
	if (clock_ms() < m->follow_ms) {
		if (r->tick_ms > m->follow_ms)
			r->tick_ms = m->follow_ms;
	} else if (m->full && master_has_doll(r)) {
		master_configure(r, s);
	} else {
		master_carrier(r, m->carrier);
		m->fresh = m->full = false;
		m->follow_ms = clock_ms() + FOLLOW_MS;
	}
}

/* To a slave that must not be sent what its MTU allows. */
static void
master_limit(struct master *m, struct session *s, uint32_t excess)
{
	uint32_t mtu = m->want.mtu - excess;

	if (m->want.mtu < MTU_MIN + excess || mtu > MTU_MAX) {
		m->want.have_mtu = false;
		log_info("%s: an MTU of %u makes no sense, it is not copied",
		    s->peer.name, m->want.mtu);
		return;
	}
	if (s->theirs.maxframe > mtu + FRAME_MIN)
		s->theirs.maxframe = mtu + FRAME_MIN;
	m->want.mtu = mtu;
}

void
master_params(struct relay *r, struct session *s, const struct message *msg)
{
	struct master *m = master_of(r);
	const struct dialect *d = s->codec.dialect;
	bool full = msg->params.have_mac || msg->params.have_mtu ||
	    msg->params.have_addrs;

	m->real = msg->params;
	m->heard = true;
	if (msg->complete)
		link_begun(&r->link);
	if (full) {
		m->want = msg->params;
		m->have_want = true;
	}
	if (d->excess > 0 && msg->params.have_mtu)
		master_limit(m, s, d->excess);
	m->carrier = (msg->params.flags & PARAMS_ON) == PARAMS_ON;
	if (!m->settled) {
		/* of an interface that is gone there are flags only */
		if (msg->complete &&
		    (full || r->opt->nocopy || s->theirs.nocopy))
			master_settle(r, s);
	} else if (d->params) {
		m->fresh = true;
		m->full |= full && !r->opt->nocopy;
		master_follow(r, s);
	}
}

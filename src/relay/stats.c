/*
 * What is counted.  Each counter has one place where it grows: the port, the
 * session, or the relay; here they come together.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "relay/relay.h"

#define DROPS_SAID 10

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
	memset(c->reason, 0, sizeof(c->reason)); /* comparable by memcmp() */
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
	st->told.up_frames = UINT64_MAX; /* it knows nothing */
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
 * With the counters goes a PING, so that the round trip is known of a session
 * that has something to do.  An idle one says nothing.  One whose last frame
 * is not gone yet is told behind it, not one message for each second that it
 * takes nothing.
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

/* What the kernel had no room for; a few go when a doll's carrier changes. */
void
stats_say_dropped(struct relay *r)
{
	const char *remedy = r->port.ops->queue_remedy;
	uint64_t n;

	if (r->paused) /* a test fills the queue for a moment */
		return;
	port_stats(&r->port);
	if (r->port.count.dropped < r->stats.dropped)
		r->stats.dropped = 0; /* another port of that name */
	n = r->port.count.dropped - r->stats.dropped;
	if (n < DROPS_SAID || !log_allowed(&r->stats.dropped_limit))
		return;
	log_info("%s: the kernel dropped %" PRIu64 " frames, its queue was "
		 "full%s%s",
	    r->port.name, n, remedy != NULL && *remedy != '\0' ? "; " : "",
	    remedy != NULL ? remedy : "");
	r->stats.dropped = r->port.count.dropped;
}

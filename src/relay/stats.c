/*
 * What is counted.  Each counter has one place where it grows: the port, the
 * session, or the relay; here they come together.
 */
#include <stdio.h>
#include <string.h>

#include "relay/relay.h"

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
	r->port.ops->stats(&r->port);
	*c = r->count;
	stats_add_port(c, r);
	if (r->link.live != NULL)
		stats_add_session(c, r->link.live);
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

	r->tell |= due;
	if (!r->tell || s == NULL || s->state != SESSION_OPEN ||
	    session_pending(s))
		return;
	r->tell = false;
	stats_read(r, &m.stats);
	if (memcmp(&m.stats, &r->told, sizeof(m.stats)) == 0)
		return;
	r->told = m.stats;
	session_say(s, &m);
	if (s->up.window.npings == 0 && !r->paused)
		session_ping(s);
}

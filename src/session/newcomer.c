/* SPDX-License-Identifier: ISC */
/*
 * Newcomers: which of them have a place until they have sent HELLO, and what
 * happens to one that sends HELLO while there is a live session.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "session/link.h"
#include "log.h"

#define ACCEPT_BATCH 16 /* in one turn of the loop */
#define ACCEPT_MS    1000 /* when there was no descriptor for a newcomer */
#define MOVED_MS     1500 /* a peer that took bytes so lately still reads */
#define NETWORK_IPV6 8 /* bytes of an address that a host cannot choose */

/* One host can use any number of IPv6 addresses of its network. */
static bool
guest_same_source(const struct peer *a, const struct peer *b)
{
	const struct addr *x = &a->remote, *y = &b->remote;

	if (x->addr_type != y->addr_type)
		return false;
	if (x->addr_type == ADDR_TYPE_NONE) /* both have left already */
		return true;
	if (x->addr_type == ADDR_TYPE_IP6)
		return memcmp(x->addr_data8, y->addr_data8, NETWORK_IPV6) == 0;
	return addr_same(x, y);
}

/* How many places the source of guest i has, `peer' included. */
static int
guest_places(const struct link *l, int i, const struct peer *peer)
{
	const struct peer *of = &l->guests[i]->peer;
	int k, n = guest_same_source(of, peer) ? 1 : 0;

	for (k = 0; k < LINK_GUESTS; k++)
		if (guest_same_source(of, &l->guests[k]->peer))
			n++;
	return n;
}

/* Whether a must go before b: guests without HELLO first, then older ones. */
static bool
guest_before(const struct session *a, const struct session *b)
{
	bool a_said = a->state == SESSION_READY,
	     b_said = b->state == SESSION_READY;

	return a_said != b_said ? b_said : a->born_ms < b->born_ms;
}

/* The guest that must go for `peer': one of the source with most places. */
static int
guest_evict(const struct link *l, const struct peer *peer)
{
	int i, n, most = 0, victim = 0;

	for (i = 0; i < LINK_GUESTS; i++) {
		n = guest_places(l, i, peer);
		if (n > most ||
		    (n == most &&
			guest_before(l->guests[i], l->guests[victim])))
			victim = i;
		if (n > most)
			most = n;
	}
	return victim;
}

/* Returns a place for `peer'. */
static int
guest_place(struct link *l, const struct peer *peer)
{
	int i;

	for (i = 0; i < LINK_GUESTS; i++)
		if (l->guests[i] == NULL)
			return i;
	i = guest_evict(l, peer); /* idle guests must not keep others out */
	log_info("%s: dropped: too many connections at once",
	    l->guests[i]->peer.name);
	session_free(l->guests[i]);
	l->guests[i] = NULL;
	return i;
}

int
link_admit(struct link *l, struct peer *peer)
{
	const struct dialect *connect = NULL;
	struct hello ours = { 0 };
	int i = guest_place(l, peer);

	if (l->opt->form == PEER_CONNECT || l->opt->form == PEER_EXEC)
		connect = l->opt->legacy != NULL ? l->opt->legacy :
						   &dialect_native;
	l->ops->hello(l->arg, peer, &ours);
	(void)snprintf(ours.version, sizeof(ours.version), "%s", VERSION);
	(void)snprintf(ours.host, sizeof(ours.host), "%s", l->opt->host);
	if ((l->guests[i] = session_new(peer, &ours, connect)) == NULL) {
		log_errno("%s: no session", peer->name);
		peer_close(peer);
		return -1;
	}
	l->guests[i]->on_message = l->ops->message;
	l->guests[i]->arg = l->arg;
	return 0;
}

/*
 * A newcomer that cannot be accepted for lack of descriptors or memory stays in
 * the listener's queue, and poll(2) would return at once for ever: waits.
 */
static void
link_cannot_accept(struct link *l)
{
	if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS &&
	    errno != ENOMEM)
		return;
	log_errno("%s: accept", l->opt->peer);
	l->accept_ms = clock_ms() + ACCEPT_MS;
}

/* Whether -a admits it: from a prefix that is listed. */
static bool
link_allows(const struct link *l, const struct peer *peer)
{
	const struct options *o = l->opt;
	int i;

	for (i = 0; i < o->nallow; i++)
		if (addr_overlap(&o->allow[i], &peer->remote))
			return true;
	return o->nallow == 0;
}

void
link_accept(struct link *l, int listener)
{
	struct peer peer;
	int n;

	for (n = 0; n < ACCEPT_BATCH; n++)
		if (peer_accept(listener, &peer) == -1) {
			link_cannot_accept(l);
			return;
		} else if (link_allows(l, &peer))
			(void)link_admit(l, &peer);
		else {
			log_info("%s: refused: not in -a", peer.name);
			peer_close(&peer);
		}
}

static void
link_refuse(struct link *l, int i)
{
	struct session *s = l->guests[i];

	session_bye(s, BYE_BUSY, "busy: another session is served");
	log_info("%s: refused: busy with %s", s->peer.name, l->live->peer.name);
	session_free(s);
	l->guests[i] = NULL;
}

/*
 * Whether the live session is alive: it has sent something since probe_ms, or
 * takes bytes from a full queue and may not have read the PING yet.
 */
static bool
link_answered(struct link *l)
{
	struct session *live = l->live;
	uint64_t now = clock_ms();
	bool full = session_pending(live);

	if (live->answered_ms >= l->probe_ms || live->heard_ms > l->probe_ms)
		return true;
	session_output(live);
	return full && now >= l->probe_ms + LINK_PROBE_MS &&
	    live->said_ms + MOVED_MS > now;
}

/* Decides between the live session and guest i, which has sent HELLO. */
void
link_compete(struct link *l, int i)
{
	struct session *s = l->guests[i], *live = l->live;

	if (!live->codec.dialect->pings) {
		if (!addr_same(&s->peer.remote, &live->peer.remote)) {
			link_refuse(l, i);
			return;
		}
		session_over(live, SESSION_LEFT, "replaced by %s",
		    s->peer.name);
	} else if (l->probe_ms == 0) {
		l->probe_ms = clock_ms();
		session_ping(live);
	} else if (link_answered(l)) {
		l->probe_ms = 0;
		link_refuse(l, i);
	} else if (clock_ms() >= l->probe_ms + LINK_PROBE_MS)
		session_over(live, SESSION_LEFT, "no answer; replaced by %s",
		    s->peer.name);
}

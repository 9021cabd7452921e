/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "session/link.h"
#include "log.h"
#include "notify.h"

#define BEGUN_MS 4000 /* a busy peer has sent its BYE by then */

void
link_stop(struct link *l, int status)
{
	l->ended = true;
	l->status = status;
}

void
link_tell(const struct link *l, const char *what)
{
	uint64_t now = clock_ms();

	if (l->ended)
		return;
	if (l->live != NULL)
		notify(what, "serving %s (%s)", l->live->peer.name,
		    l->live->codec.dialect->name);
	else if (l->retry_ms != 0)
		notify(what, "waiting for %s, next try in %u s", l->opt->peer,
		    (unsigned)((l->retry_ms - now + 999) / 1000));
	else if (l->opt->form == PEER_LISTEN || l->opt->form == PEER_STDIO)
		notify(what, "listening on %s", l->opt->peer);
	else
		notify(what, "connecting to %s", l->opt->peer);
}

static const char no_memory[] = "no memory for a session";

/* Connects, or goes on connecting. */
static void
link_connect(struct link *l)
{
	struct peer peer;
	int result, err;

	if (l->retry_ms != 0) {
		l->retry_ms = 0;
		link_tell(l, NOTIFY_STATUS);
	}
	if (l->opt->form == PEER_EXEC) {
		if (peer_exec(&peer, l->opt->peer, &err) == 0) {
			child_begin(&l->child, err);
			if (link_admit(l, &peer) == 0)
				return;
			child_over(&l->child);
			link_failed(l, no_memory);
		} else if (!l->served)
			link_stop(l, 1);
		else
			link_failed(l, "not started");
		return;
	}
	if (l->dialing)
		result = peer_dial_next(&l->dial, &peer);
	else
		result = peer_dial(&l->dial, l->opt->peer);
	l->dialing = result == 0;
	if (result == 1 && link_admit(l, &peer) == -1)
		link_failed(l, no_memory);
	else if (result == -1)
		link_failed(l, l->dial.why);
}

/* Listens.  0; -1: it has logged why. */
static int
link_listen(struct link *l)
{
	const struct options *o = l->opt;
	int n = peer_listen(o->peer, l->listeners);

	if (n == -1)
		return -1;
	l->nlisteners = n;
	if (o->nallow == 0 && peer_listens_open(l->listeners, n))
		log_info("-s %s: whoever reaches this port has the interface; "
			 "the ways out: -a ADDR lets only that host in; "
			 "-s 127.0.0.1:PORT or -s /PATH, reached by ssh -L",
		    o->peer);
	return 0;
}

int
link_open(struct link *l, const struct options *opt, const struct link_ops *ops,
    void *arg)
{
	struct peer peer;

	memset(l, 0, sizeof(*l));
	l->opt = opt;
	l->ops = ops;
	l->arg = arg;
	l->backoff_ms = BACKOFF_MIN;
	child_init(&l->child);
	if (opt->form == PEER_LISTEN) {
		if (link_listen(l) == -1)
			return -1;
	} else if (opt->form == PEER_STDIO) {
		peer_stdio(&peer);
		if (link_admit(l, &peer) == -1)
			return -1;
	} else
		link_connect(l);
	link_tell(l, NOTIFY_READY);
	return 0;
}

void
link_begun(struct link *l)
{
	struct session *s = l->live;
	const char *dialect = s->codec.dialect->name;
	char text[768];

	if (l->begun_ms == 0)
		return;
	l->begun_ms = 0;
	(void)l->ops->describe(l->arg, s, text, sizeof(text));
	if (s->peer.form == PEER_STDIO && s->codec.dialect->hello)
		log_debug(1, "%s: session begins (%s): %s", s->peer.name,
		    dialect, text); /* the process that started us logs it */
	else
		log_info("%s: session begins (%s): %s", s->peer.name, dialect,
		    text);
}

/*
 * Whether the peer still has to send something before the session's line: a
 * listener accepts or refuses us after the HELLOs, and a slave sends PARAMS.
 */
static bool
link_expects(const struct session *s)
{
	return s->codec.dialect->pings &&
	    (s->connector ||
		(s->ours.role == ROLE_MASTER && s->theirs.role == ROLE_SLAVE));
}

static void
link_promote(struct link *l, int i)
{
	struct session *s = l->guests[i];

	l->guests[i] = NULL;
	l->live = s;
	l->begun_ms = clock_ms() + BEGUN_MS;
	if (l->ops->begin(l->arg, s) == 0)
		link_ready(l);
}

void
link_ready(struct link *l)
{
	struct session *s = l->live;

	l->begun_ms = clock_ms() + BEGUN_MS;
	l->sessions++;
	session_open(s);
	if (!link_expects(s))
		link_begun(l);
	link_tell(l, NOTIFY_STATUS);
}

/* Handles changes of state: guests that are READY, sessions that are OVER. */
static void
link_settle(struct link *l)
{
	bool asked_for = false;
	int i;

	for (i = 0; i < LINK_GUESTS; i++)
		if (l->guests[i] != NULL && l->live != NULL &&
		    l->guests[i]->state == SESSION_READY) {
			link_compete(l, i);
			asked_for |= l->guests[i] != NULL;
		}
	if (!asked_for) /* the newcomer has left */
		l->probe_ms = 0;
	if (l->live != NULL && l->live->state == SESSION_OVER)
		link_drop_live(l);
	for (i = 0; i < LINK_GUESTS && !l->ended; i++) {
		struct session *s = l->guests[i];

		if (s == NULL)
			continue;
		if (s->state == SESSION_READY && l->live == NULL)
			link_promote(l, i);
		else if (s->state == SESSION_OVER) {
			l->guests[i] = NULL;
			link_drop(l, s, false);
		}
	}
}

static void
poll_for(struct pollfd *p, int fd, short events)
{
	p->fd = events != 0 ? fd : -1;
	p->events = events;
	p->revents = 0;
}

void
link_poll_live(const struct link *l, struct pollfd *fds, bool room)
{
	const struct session *s = l->live;

	poll_for(&fds[LINK_LIVE_READ], s != NULL ? s->peer.rfd : -1,
	    s != NULL ? session_read_events(s, room) : 0);
	poll_for(&fds[LINK_LIVE_WRITE], s != NULL ? s->peer.wfd : -1,
	    s != NULL && session_pending(s) ? POLLOUT : 0);
}

void
link_poll_others(const struct link *l, struct pollfd *fds, uint64_t now)
{
	const struct session *s;
	int i;

	poll_for(&fds[LINK_DIAL], l->dial.fd, l->dialing ? POLLIN : 0);
	poll_for(&fds[LINK_COMMAND], l->child.err, POLLIN);
	for (i = 0; i < LINK_GUESTS; i++) {
		s = l->guests[i];
		poll_for(&fds[LINK_GUEST + i], s != NULL ? s->peer.rfd : -1,
		    s != NULL ? session_read_events(s, false) : 0);
	}
	for (i = 0; i < PEER_LISTENERS; i++)
		poll_for(&fds[LINK_LISTEN + i], l->listeners[i],
		    i < l->nlisteners && now >= l->accept_ms ? POLLIN : 0);
}

/*
 * If this process was stopped for SESSION_DEAD_MS, the peer has given it up,
 * and bytes from the peer are old: ends the session.
 */
static void
link_wake(struct link *l, uint64_t now)
{
	uint64_t gap = now - l->turn_ms;

	if (l->live != NULL && l->live->codec.dialect->pings &&
	    gap >= SESSION_DEAD_MS)
		session_over(l->live, SESSION_LEFT,
		    "this process stood still for %u seconds",
		    (unsigned)(gap / 1000));
}

void
link_handle_live(struct link *l, const struct pollfd *fds)
{
	if (l->live == NULL)
		return;
	if (fds[LINK_LIVE_WRITE].revents != 0)
		session_output(l->live);
	if (fds[LINK_LIVE_READ].revents != 0)
		session_input(l->live);
	l->live->turn = 0;
}

/* Before the end of a session is logged: hears why the command ends it. */
static void
link_hear(struct link *l, bool any)
{
	int i;

	if (l->live != NULL)
		l->child.asks = false;
	for (i = 0; i < LINK_GUESTS; i++)
		if (l->guests[i] != NULL && !l->guests[i]->silent)
			l->child.asks = false;
	if (any)
		child_hear(&l->child);
}

void
link_handle(struct link *l, const struct pollfd *fds, uint64_t now)
{
	int i;

	link_wake(l, now);
	link_handle_live(l, fds);
	for (i = 0; i < LINK_GUESTS; i++)
		if (fds[LINK_GUEST + i].revents != 0)
			session_input(l->guests[i]);
	link_hear(l, fds[LINK_COMMAND].revents != 0);
	if (fds[LINK_DIAL].revents != 0)
		link_connect(l);
	for (i = 0; i < l->nlisteners; i++)
		if (fds[LINK_LISTEN + i].revents != 0)
			link_accept(l, l->listeners[i]);
	link_settle(l);
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t
link_tick(struct link *l, uint64_t now)
{
	uint64_t due;
	int i;

	l->turn_ms = now;
	due = link_child(l, now);
	if (l->live != NULL && l->begun_ms != 0 &&
	    l->live->state == SESSION_OPEN &&
	    (l->live->accepted || now >= l->begun_ms))
		link_begun(l);
	if (l->live != NULL) {
		due = earlier(due, session_tick(l->live, now));
		if (l->begun_ms != 0 && l->live->state == SESSION_OPEN)
			due = earlier(due, l->begun_ms);
	}
	for (i = 0; i < LINK_GUESTS; i++)
		if (l->guests[i] != NULL)
			due = earlier(due, session_tick(l->guests[i], now));
	if (l->retry_ms != 0 && now >= l->retry_ms && !l->child.running)
		link_connect(l);
	link_settle(l);
	if (l->retry_ms != 0 && !l->child.running)
		due = earlier(due, l->retry_ms);
	if (l->probe_ms != 0)
		due = earlier(due, l->probe_ms + LINK_PROBE_MS);
	if (now < l->accept_ms)
		due = earlier(due, l->accept_ms);
	return due;
}

/* Frees a session when the process ends. */
static void
link_leave(struct link *l, struct session *s)
{
	if (s != NULL && s->peer.form == PEER_EXEC)
		child_over(&l->child);
	session_free(s);
}

void
link_close(struct link *l)
{
	int i;

	if (l->live != NULL) {
		session_bye(l->live, BYE_END, "the other side was ended");
		l->ops->end(l->arg, l->live);
		link_leave(l, l->live);
	}
	for (i = 0; i < LINK_GUESTS; i++)
		link_leave(l, l->guests[i]);
	if (l->dialing)
		peer_dial_stop(&l->dial);
	for (i = 0; i < l->nlisteners; i++)
		(void)close(l->listeners[i]);
	child_end(&l->child);
}

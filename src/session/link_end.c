/* SPDX-License-Identifier: ISC */
/*
 * What follows when a session has ended, or could not begin: nothing, another
 * try, or the end of the process.
 */
#include <stdio.h>

#include "clock.h"
#include "log.h"
#include "notify.h"
#include "session/link.h"

#define BACKOFF_MAX 30000
#define CHILD_MS    100 /* between two looks at a command that should end */
#define LAST_MS	    10 /* if its end must be logged */

/* What follows a session. */
enum next {
	NEXT_NOTHING, /* a stranger has left: wait for others, even with -1 */
	NEXT_AGAIN, /* listen, dial or start the command again; with -1: end */
	NEXT_FATAL, /* end if no session was good yet, else NEXT_AGAIN */
};

/* By the session's end and the form of its peer: for a guest ... */
static const enum next next_guest[SESSION_ENDS][PEER_FORMS] = {
	/* LISTEN, STDIO, CONNECT, EXEC */
	[SESSION_LEFT] = { NEXT_NOTHING, NEXT_AGAIN, NEXT_AGAIN, NEXT_FATAL },
	[SESSION_FAILED] = { NEXT_NOTHING, NEXT_AGAIN, NEXT_AGAIN, NEXT_FATAL },
	[SESSION_REFUSED] = { NEXT_NOTHING, NEXT_AGAIN, NEXT_AGAIN,
	    NEXT_FATAL },
	[SESSION_HOPELESS] = { NEXT_NOTHING, NEXT_AGAIN, NEXT_FATAL,
	    NEXT_FATAL },
};

/* ... and for the live session. */
static const enum next next_live[SESSION_ENDS][PEER_FORMS] = {
	[SESSION_LEFT] = { NEXT_AGAIN, NEXT_AGAIN, NEXT_AGAIN, NEXT_AGAIN },
	[SESSION_FAILED] = { NEXT_AGAIN, NEXT_AGAIN, NEXT_AGAIN, NEXT_AGAIN },
	[SESSION_REFUSED] = { NEXT_AGAIN, NEXT_AGAIN, NEXT_AGAIN, NEXT_AGAIN },
	[SESSION_HOPELESS] = { NEXT_AGAIN, NEXT_AGAIN, NEXT_FATAL, NEXT_FATAL },
};

/* A session has ended, or could not begin: logs why and does what follows. */
static void
link_next(struct link *l, enum next next, int status, const char *name,
    const char *why)
{
	if (next == NEXT_AGAIN && l->opt->form != PEER_LISTEN &&
	    !l->opt->once) {
		log_info("%s: %s; next try in %u s", name, why,
		    (unsigned)(l->backoff_ms / 1000));
		l->retry_ms = clock_ms() + l->backoff_ms;
		l->backoff_ms *= 2;
		if (l->backoff_ms > BACKOFF_MAX)
			l->backoff_ms = BACKOFF_MAX;
	} else {
		log_info("%s: %s", name, why);
		if (next == NEXT_FATAL || (next == NEXT_AGAIN && l->opt->once))
			link_stop(l, status);
	}
	if (next != NEXT_NOTHING)
		link_tell(l, NOTIFY_STATUS);
}

void
link_failed(struct link *l, const char *why)
{
	link_next(l, NEXT_AGAIN, 1, l->opt->peer, why);
}

/* The same once the command has ended. */
static void
link_hold(struct link *l, enum next next, const char *name, const char *why)
{
	l->last.waits = true;
	l->last.next = next;
	(void)snprintf(l->last.name, sizeof(l->last.name), "%s", name);
	(void)snprintf(l->last.why, sizeof(l->last.why), "%s", why);
}

uint64_t
link_child(struct link *l, uint64_t now)
{
	struct link_last *last = &l->last;
	uint64_t before = l->child.due_ms;

	child_tick(&l->child, now, last->waits ? last->why : NULL,
	    sizeof(last->why));
	if (last->waits && (!l->child.running || now >= before)) {
		last->waits = false;
		link_next(l, (enum next)last->next, 1, last->name, last->why);
	}
	if (!l->child.running)
		return UINT64_MAX;
	return now + (last->waits ? LAST_MS : CHILD_MS);
}

void
link_drop(struct link *l, struct session *s, bool live)
{
	enum session_end end = s->end;
	enum next next = (live ? next_live : next_guest)[end][s->peer.form];
	bool refused = end == SESSION_REFUSED || end == SESSION_HOPELESS;
	bool good = live &&
	    (end == SESSION_LEFT || clock_ms() - s->first_ms >= BACKOFF_MAX);
	char name[sizeof(s->peer.name)], why[sizeof(s->why) + 128];
	bool command = s->peer.form == PEER_EXEC;

	(void)snprintf(name, sizeof(name), "%s", s->peer.name);
	(void)snprintf(why, sizeof(why), "%s%s",
	    !live			    ? "" :
		l->begun_ms != 0 && refused ? "refused: " :
					      "session ended: ",
	    s->why);
	if (live)
		l->ops->end(l->arg, s);
	session_free(s);
	if (command)
		child_over(&l->child);
	if (good) {
		l->served = true;
		l->backoff_ms = BACKOFF_MIN;
	}
	if (next == NEXT_FATAL && l->served)
		next = NEXT_AGAIN;
	if (command && !live && end != SESSION_HOPELESS)
		link_hold(l, next, name, why);
	else
		link_next(l, next, live && end == SESSION_LEFT ? 0 : 1, name,
		    why);
}

void
link_drop_live(struct link *l)
{
	struct session *s = l->live;

	session_hear_out(s);
	l->live = NULL;
	l->probe_ms = 0;
	link_drop(l, s, true);
}

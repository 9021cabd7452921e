/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "privilege/helper.h"
#include "log.h"
#include "relay/relay.h"
#include "signals.h"

#define TICK_MS	   1000
#define WATCH_MS   100 /* between two reads of the watch: changes may storm */
#define REREAD_MS  5000 /* for changes no watch tells (FreeBSD: of a MAC) */
#define CHANGES_MS 5000 /* after one change there may be others */

void
relay_forget(struct relay *r)
{
	r->count.stale += flow_clear(&r->up);
}

/* Logs how many frames were too old, in both directions. */
static void
relay_say_delay(struct relay *r, struct session *s, bool last)
{
	delay_say(&s->up, r->port.name, last);
	delay_say(&s->down, s->peer.name, last);
}

static int
relay_begin(void *arg, struct session *s)
{
	struct relay *r = arg;

	r->first = true;
	r->idle = r->port_idle = false;
	stats_begin(&r->stats);
	return r->side->link.begin(r, s);
}

static void
relay_end(void *arg, struct session *s)
{
	struct relay *r = arg;

	stats_end(&r->stats);
	relay_forget(r);
	r->side->link.end(r, s);
	r->count.late += flow_clear(&r->down) + session_unread_frames(s);
	relay_say_delay(r, s, true);
	stats_add_session(&r->count, s);
}

static void
relay_message(void *arg, struct session *s, struct message *m)
{
	struct relay *r = arg;

	if (m->kind != MSG_STATS) {
		r->idle = false;
		r->side->link.message(r, s, m);
		return;
	}
	stats_heard(&r->stats, &m->stats);
}

/* The capture file cannot be written any more: errno. */
static void
relay_over(struct relay *r)
{
	link_stop(&r->link, errno == EPIPE ? 0 : 1);
	if (errno == EPIPE)
		log_info("%s: its reader has closed it", r->port.name);
	else
		log_errno("%s: write", r->port.name);
}

void
relay_port_close(struct relay *r)
{
	port_stats(&r->port);
	stats_add_port(&r->count, r);
	relay_forget(r);
	port_close(&r->port);
}

bool
relay_live(const struct relay *r)
{
	return r->link.live != NULL && r->link.live->state == SESSION_OPEN;
}

/*
 * Whether nothing has to be tried again or looked at in a second.  After one
 * change others may follow that no watch tells, such as routes.
 */
static bool
relay_may_idle(const struct relay *r, uint64_t now)
{
	return r->watch.fd != -1 && now >= r->watch.next_ms + CHANGES_MS &&
	    !r->changed && !r->port_idle &&
	    (r->link.live == NULL || !session_pending(r->link.live)) &&
	    (r->side->may_idle == NULL || r->side->may_idle(r));
}

static void
relay_tick(struct relay *r, uint64_t now)
{
	enum port_event event = PORT_SAME;

	if (r->link.ended) /* there may be no port any more */
		return;
	if (now >= r->tick_ms) {
		r->tick_ms = now + TICK_MS;
		r->idle = true;
		r->port_idle = false;
		event = port_tick(&r->port);
		r->changed |= event != PORT_SAME || now >= r->watch.reread_ms;
		if (now >= r->watch.reread_ms)
			r->watch.reread_ms = now + REREAD_MS;
		if (event == PORT_OVER)
			relay_over(r);
		r->side->tick(r, event);
		if (r->link.ended)
			return;
		if (relay_live(r))
			relay_say_delay(r, r->link.live, false);
		stats_say_dropped(r);
		stats_tell(r, true);
		r->idle &= relay_may_idle(r, now);
	}
}

static void
relay_watch(struct relay *r)
{
	char bytes[64];
	bool came = false;

	r->watch.next_ms = clock_ms() + WATCH_MS;
	while (read(r->watch.fd, bytes, sizeof(bytes)) > 0)
		came = true;
	if (!came)
		return;
	r->changed = true;
	r->tick_ms = 0;
	r->idle = false;
}

/* Without the helper nothing can be mended any more. */
static void
relay_alone(struct relay *r)
{
	link_stop(&r->link, 1);
	log_info("%s: the helper process has ended", r->port.name);
}

/* True: a signal ends the process.  counters: other signals show them. */
static bool
relay_signals(struct relay *r, bool counters)
{
	enum signals got;

	while ((got = signals_next()) == SIGNALS_COUNTERS)
		if (counters)
			stats_block(r);
	return got == SIGNALS_END;
}

/* Handles deadlines; returns the next one. */
static uint64_t
relay_deadlines(struct relay *r, uint64_t now)
{
	uint64_t due, side = UINT64_MAX, line = UINT64_MAX;

	relay_tick(r, now);
	if (!r->link.ended) /* there may be no port any more */
		line = stats_line(r, now);
	due = link_tick(&r->link, now);
	if (relay_live(r) && r->side->turn != NULL)
		side = r->side->turn(r, now);
	if (line < due)
		due = line;
	return side < due ? side : due;
}

bool
relay_turn(struct relay *r)
{
	struct pollfd fds[FD_ALL];
	uint64_t now;
	bool whole = relay_wait(r, fds, &now);

	if (fds[FD_SIGNAL].revents != 0 && relay_signals(r, true)) {
		link_stop(&r->link, 0);
		return false;
	}
	if (whole)
		link_handle(&r->link, fds + FD_LINK, now);
	else
		link_handle_live(&r->link, fds + FD_LINK);
	/* the session that waited for it may have ended meanwhile */
	if (fds[FD_SIDE].revents != 0 && r->side_fd != -1)
		r->side->ready(r);
	if (fds[FD_HELPER].revents != 0)
		relay_alone(r);
	if (fds[FD_WATCH].revents != 0)
		relay_watch(r);
	if (relay_live(r) && relay_down(r) == -1)
		relay_over(r);
	stats_tell(r, false);
	if (relay_live(r) && !r->paused &&
	    (fds[FD_PORT].revents != 0 || r->port.more || !flow_empty(&r->up)))
		relay_up(r);
	if (whole)
		r->due_ms = relay_deadlines(r, now);
	return !r->link.ended;
}

int
relay_run(struct relay *r)
{
	while (!r->link.ended)
		(void)relay_turn(r);
	return r->link.status;
}

int
relay_watch_open(struct relay *r)
{
	int watch;

	if (r->opt->write != NULL) /* a file has no parameters */
		return 0;
	if ((watch = helper_watch()) == -1) {
		log_errno("%s: %s", r->port.name, helper_failed());
		return -1;
	}
	if (r->watch.fd != -1)
		(void)close(r->watch.fd);
	r->watch.fd = watch;
	return 0;
}

int
relay_open(struct relay *r, const struct side *side, const struct options *opt)
{
	memset(r, 0, sizeof(*r));
	r->opt = opt;
	r->stats.begun_ms = r->stats.shown_ms = clock_ms();
	r->side = side;
	r->watch.fd = r->side_fd = -1;
	r->down.from_peer = true;
	r->own = calloc(1, r->side->size);
	if (r->own == NULL || flow_open(&r->up) == -1 ||
	    flow_open(&r->down) == -1) {
		log_errno("malloc");
		return -1;
	}
	if (helper_open(opt) == -1)
		return -1;
	if (r->side->open(r) == -1)
		return relay_signals(r, false) ? 1 : -1;
	if (relay_watch_open(r) == -1)
		return -1;
	r->link_ops = r->side->link;
	r->link_ops.begin = relay_begin;
	r->link_ops.end = relay_end;
	r->link_ops.message = relay_message;
	if (link_open(&r->link, opt, &r->link_ops, r) == -1)
		return relay_signals(r, false) ? 1 : -1;
	return 0;
}

void
relay_close(struct relay *r)
{
	signals_every(0);
	if (r->link.opt != NULL)
		link_close(&r->link);
	port_close(&r->port);
	helper_close(); /* it removes the port's namespace */
	if (r->watch.fd != -1)
		(void)close(r->watch.fd);
	flow_close(&r->up);
	flow_close(&r->down);
	free(r->own);
	log_status("");
}

/* SPDX-License-Identifier: ISC */
/*
 * What the relay waits for.
 *
 * Theory of operation.  To poll a descriptor costs time whenever it is polled,
 * to look at a deadline does, and a time limit of ppoll(2) costs more than to
 * move a frame.  So there are two kinds of turns.  A whole turn polls
 * everything and looks at all deadlines.  While frames flow, most turns only
 * move frames: they poll the port and the session, and ppoll(2) has no time
 * limit.  A timer's signal ends it every WHOLE_MS, for a whole turn.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "log.h"
#include "privilege/helper.h"
#include "relay/relay.h"
#include "signals.h"

#define WHOLE_MS 50 /* between two whole turns while frames flow */
#define IDLE_MS	 29000 /* a tick may be so much later if nothing happens */

/*
 * For frames that wait to go up: polls for room in the stream, unless they
 * wait for an answer to a PING, and sets *due to when they become too old.
 */
static void
relay_poll_up(const struct relay *r, struct pollfd *fds, uint64_t *due)
{
	const struct session *s = r->link.live;
	int wait = delay_wait(&s->up, &r->up, clock_wall_ns());

	if (!session_waits(s))
		fds[FD_LINK + LINK_LIVE_WRITE] = (struct pollfd) { s->peer.wfd,
			POLLOUT, 0 };
	if (wait != -1 && clock_ms() + (uint64_t)wait < *due)
		*due = clock_ms() + (uint64_t)wait;
}

/*
 * Polls only the used entries of fds[all]: the kernel refuses more entries than
 * RLIMIT_NOFILE (EINVAL), unused ones included.
 */
static void
relay_poll_used(struct relay *r, struct pollfd *fds, int all,
    const struct timespec *ts)
{
	struct pollfd used[FD_ALL];
	int at[FD_ALL], i, n = 0;

	for (i = 0; i < all; i++) {
		if (fds[i].fd == -1)
			continue;
		used[n] = fds[i];
		at[n++] = i;
	}
	if (ppoll(used, (nfds_t)n, ts, NULL) == -1) {
		if (errno == EINTR)
			return;
		/* it would fail again at once and never see a signal */
		log_errno("ppoll of %d descriptors", n);
		link_stop(&r->link, 1);
		return;
	}
	for (i = 0; i < n; i++)
		fds[at[i]].revents = used[i].revents;
}

/* Waits until due_ms, or to the end of the pause; UINT64_MAX: without limit. */
static void
relay_ppoll(struct relay *r, struct pollfd *fds, int all, uint64_t due_ms)
{
	uint64_t until = r->poll_pause.until_us, now, us;
	uint64_t due = due_ms < UINT64_MAX / 1000 ? due_ms * 1000 : UINT64_MAX;
	struct timespec ts;

	if (until != 0 && until < due)
		due = until;
	if (due < UINT64_MAX) {
		now = clock_us();
		us = due > now ? due - now : 0;
		ts.tv_sec = (time_t)(us / 1000000);
		ts.tv_nsec = (long)(us % 1000000) * 1000;
	}
	relay_poll_used(r, fds, all, due < UINT64_MAX ? &ts : NULL);
	if (until == 0 || clock_us() < until)
		return;
	r->poll_pause.until_us = 0;
	fds[FD_PORT].revents = POLLIN; /* in a pause frames have come */
}

/* Fills the entries that carry frames; *due: when to stop waiting. */
static void
relay_poll_frames(struct relay *r, struct pollfd *fds, uint64_t *due)
{
	bool live = relay_live(r), room = flow_empty(&r->down);
	bool up = live && !r->paused;
	short events = 0;

	if (up && flow_empty(&r->up))
		events |= r->port.events;
	if (live && !room) {
		events |= POLLOUT;
		session_unread(r->link.live);
	}
	if (r->port_idle)
		events = 0;
	if (r->poll_pause.until_us != 0)
		events &= (short)~POLLIN;
	fds[FD_PORT] = (struct pollfd) { events != 0 ? r->port.fd : -1, events,
		0 };
	link_poll_live(&r->link, fds + FD_LINK, room);
	if (up && !flow_empty(&r->up))
		relay_poll_up(r, fds, due);
	else if (up && r->port.more)
		*due = 0;
	if (live && room && r->link.live->more)
		*due = 0;
}

/* Fills all other entries. */
static void
relay_poll_others(struct relay *r, struct pollfd *fds, uint64_t now,
    uint64_t *due)
{
	bool watch = now >= r->watch.next_ms;

	fds[FD_HELPER] = (struct pollfd) { helper_fd(), POLLIN, 0 };
	fds[FD_SIDE] = (struct pollfd) { r->side_fd, POLLIN, 0 };
	fds[FD_SIGNAL] = (struct pollfd) { signals_fd(), POLLIN, 0 };
	fds[FD_WATCH] = (struct pollfd) { watch ? r->watch.fd : -1, POLLIN, 0 };
	if (!watch && r->watch.next_ms < *due)
		*due = r->watch.next_ms;
	link_poll_others(&r->link, fds + FD_LINK, now);
}

/* Waits for the next event; returns the time then. */
static uint64_t
relay_poll(struct relay *r, struct pollfd fds[FD_ALL], bool whole)
{
	uint64_t due = UINT64_MAX;

	memset(fds, 0, FD_ALL * sizeof(*fds));
	if (whole) {
		due = r->tick_ms + (r->idle && !r->paused ? IDLE_MS : 0);
		if (r->due_ms < due)
			due = r->due_ms;
	}
	relay_poll_frames(r, fds, &due);
	if (whole)
		relay_poll_others(r, fds, clock_ms(), &due);
	relay_ppoll(r, fds, whole ? FD_ALL : FD_FRAMES, due);
	return clock_ms();
}

/* When to have the next whole turn: at once if the others had something. */
static void
relay_plan(struct relay *r, const struct pollfd *fds, uint64_t now, bool whole)
{
	bool came = false, other = false;
	bool flow = now < r->turns.frames_ms + WHOLE_MS;
	int i;

	for (i = 0; i < FD_ALL; i++)
		if (fds[i].revents != 0)
			*(i < FD_FRAMES ? &came : &other) = true;
	if (came && !r->idle) /* a PING and its answer are no frames */
		r->turns.frames_ms = now;
	if (whole && flow != r->turns.flow) {
		signals_every(flow ? WHOLE_MS : 0);
		r->turns.flow = flow;
	}
	if (whole)
		r->turns.whole_ms = now + WHOLE_MS;
	if (!r->turns.flow || !came || other)
		r->turns.whole_ms = 0;
}

bool
relay_wait(struct relay *r, struct pollfd fds[FD_ALL], uint64_t *now)
{
	bool whole = !relay_live(r) || r->paused ||
	    clock_ms() >= r->turns.whole_ms;

	*now = relay_poll(r, fds, whole);
	relay_plan(r, fds, *now, whole);
	return whole;
}

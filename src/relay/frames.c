/* SPDX-License-Identifier: ISC */
/*
 * Moves frames.  Up: from the port to the peer; frames are joined or cut, and
 * old ones discarded.  Down: from the peer to the port.
 */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "relay/relay.h"

#define TURNS	 4 /* batches up before the other direction has its turn */
#define DELAY_MS 200 /* --max-delay by default */
#define CALM_MS	 2000 /* the same with -r or -w: nobody waits for answers */

/*
 * The port is busy with small frames if at least RATE frames a second come, of
 * less than SMALL bytes on average.  This is judged every SAMPLE frames.
 */
#define SMALL  256
#define RATE   80000
#define SAMPLE 16

/* The bytes of the frames that the host itself sent. */
static uint64_t
own_bytes(const struct frame *f, int n)
{
	uint64_t own = 0;
	int i;

	for (i = 0; i < n; i++)
		own += f[i].outbound ? f[i].len : 0;
	return own;
}

static void
relay_port_error(struct relay *r)
{
	if (errno != ENETDOWN && errno != EIO)
		log_debug(1, "%s: recv: %s", r->port.name, strerror(errno));
	r->port_idle = true;
	r->tick_ms = 0;
	r->idle = false;
}

static void
relay_limit(struct relay *r, struct session *s)
{
	unsigned want = s->ours.want | s->theirs.want;
	uint64_t ms = (want & (WANT_READONLY | WANT_TIMESTAMPS)) != 0 ?
	    CALM_MS :
	    DELAY_MS;

	if (r->opt->delay != DELAY_DEFAULT)
		ms = r->opt->delay;
	delay_limit(&s->up, ms, s->codec.dialect->pings);
}

void
poll_pause_seen(struct poll_pause *r, const struct frame *f, int n,
    uint64_t pause_ns, uint64_t now)
{
	int i;

	for (i = 0; i < n; i++)
		r->bytes += f[i].len;
	r->frames += (unsigned)n;
	if (r->frames >= SAMPLE) {
		r->busy = r->bytes < (uint64_t)r->frames * SMALL &&
		    (uint64_t)r->frames * 1000000 >= (now - r->since_us) * RATE;
		r->frames = 0;
		r->bytes = 0;
		r->since_us = now;
	}
	if (r->busy && pause_ns > 0 && n < FRAME_BATCH)
		r->until_us = now + pause_ns / 1000;
}

/* With -G all frames are completed, in both directions. */
static unsigned
relay_caps(const struct relay *r, unsigned caps)
{
	return r->opt->segment ? 0 : caps;
}

/* Reads a batch from the port, for an end with these CAP_*; false: none. */
static bool
relay_fetch(struct relay *r, unsigned caps)
{
	struct flow *f = &r->up;
	int n;

	if (r->poll_pause.until_us != 0)
		return false;
	n = r->port.ops->recv(&r->port, f->in, FRAME_BATCH);
	if (n == -1)
		relay_port_error(r);
	if (n <= 0)
		return false;
	r->idle = false;
	poll_pause_seen(&r->poll_pause, f->in, n, r->port.ops->pause_ns,
	    clock_us());
	if (r->side->look != NULL)
		r->side->look(r, f->in, n);
	if (r->drop_up) {
		r->count.readonly += (uint64_t)n;
		return true;
	}
	flow_take(f, n);
	flow_join(f, caps, r->port.linktype);
	return true;
}

void
relay_up(struct relay *r)
{
	struct session *s = r->link.live;
	struct flow *f = &r->up;
	unsigned caps = relay_caps(r, s->theirs.can);
	int n, turns;

	relay_limit(r, s);
	for (turns = 0; turns < TURNS && s->state == SESSION_OPEN; turns++) {
		if (flow_empty(f) && !relay_fetch(r, caps))
			return;
		flow_fill(f, caps, r->port.linktype, &r->count.invalid);
		r->count.stale += delay_discard(&s->up, f, clock_wall_ns());
		n = session_send(s, f->out + f->iout, f->nout - f->iout);
		r->up_own += own_bytes(f->out + f->iout, n);
		f->iout += n;
		if (f->iout < f->nout) {
			delay_left(f, clock_wall_ns());
			return;
		}
	}
}

/* Explains a frame above the MTU to a user who reads the doll. */
static void
relay_say_large(struct relay *r, const struct frame *f, int n)
{
	int i;

	for (i = 0; i < n && r->large != 0; i++)
		if (f[i].len > r->large && f[i].off.gso != 0) {
			log_info("%s: a frame of %u bytes, above its MTU: "
				 "offloaded frames; -G cuts them",
			    r->port.name, f[i].len);
			r->large = 0;
			r->large_said = true;
		}
}

/* The port's send; counts as delivered all but the refused frames. */
static int
relay_deliver(struct relay *r, struct frame *f, int n)
{
	struct port_counters *port = &r->port.count;
	uint64_t frames = port->refused, bytes = port->refused_bytes;
	int i;

	if (r->large != 0)
		relay_say_large(r, f, n);
	n = r->port.ops->send(&r->port, f, n);
	for (i = 0; i < n; i++)
		bytes += f[i].len;
	if (n > 0) {
		r->count.down_frames += frames + (uint64_t)n - port->refused;
		r->count.down_bytes += bytes - port->refused_bytes;
	}
	return n;
}

/* Takes a batch from the peer; false: there is none. */
static bool
relay_receive(struct relay *r, struct session *s)
{
	struct flow *f = &r->down;
	int n = session_recv(s, f->in, FRAME_BATCH);

	r->count.late += delay_late(&s->down);
	if (n == 0)
		return false;
	r->idle = false;
	if (r->first && r->side->first_frame != NULL)
		r->side->first_frame(r);
	r->first = false;
	if (r->drop_down)
		r->count.readonly += (uint64_t)n;
	else
		flow_take(f, n);
	return true;
}

int
relay_down(struct relay *r)
{
	struct session *s = r->link.live;
	struct flow *f = &r->down;
	unsigned caps = relay_caps(r, r->port.caps);
	int n;

	for (;;) {
		if (flow_empty(f) && !relay_receive(r, s))
			return 0;
		flow_fill(f, caps, r->port.linktype, &r->count.invalid);
		n = relay_deliver(r, f->out + f->iout, f->nout - f->iout);
		if (n == -1)
			return -1;
		f->iout += n;
		if (f->iout < f->nout)
			return 0;
	}
}

/*
 * The ear is a second capture port on the same interface, with the same filter,
 * open only for a test: what it hears is what is sent now, while the first
 * one's queue may be full of what was sent long ago.  It hears what the first
 * one injects, too (only a port's own frames never come back to it): those
 * bytes are taken off.
 */
#include <errno.h>
#include <pcap.h>
#include <string.h>

#include "relay/ear.h"
#include "filter/filter.h"
#include "relay/guard.h"
#include "log.h"

#define EAR_BUFFER  (4 * GUARD_PAD_MAX) /* twice of what is looked for */
#define EAR_BATCHES 8

struct ear {
	struct guard guard;
	bool on, detached;
	struct port port; /* all zero: not open */
	struct bpf_insn insns[FILTER_INSNS];
	struct bpf_program program;
	int64_t heard;
	uint64_t left; /* padding that is to be said yet */
	uint64_t paused_ms; /* when the pause began */
};

static struct ear ear;

static struct guard_input
ear_input(const struct relay *r, uint64_t now)
{
	const struct session *s = r->link.live;

	return (struct guard_input) {
		.now = now,
		.sent = s != NULL ? s->sent_bytes : 0,
		.own = r->up_own,
		.heard = ear.heard - (int64_t)r->count.down_bytes,
		.answered = s != NULL && s->mark == 0 && ear.left == 0,
	};
}

void
ear_begin(struct relay *r, struct session *s, const struct bpf_program *program)
{
	struct guard_input in = ear_input(r, clock_ms());

	ear.on = !r->opt->exclude_none && s->codec.dialect->pings;
	if (!ear.on)
		ear.guard.held = false;
	ear.detached = r->paused = ear.guard.held;
	ear.program = (struct bpf_program) { program->bf_len, ear.insns };
	memcpy(ear.insns, program->bf_insns,
	    program->bf_len * sizeof(ear.insns[0]));
	guard_begin(&ear.guard, &in);
}

void
ear_end(struct relay *r)
{
	port_close(&ear.port);
	ear.left = 0;
	r->paused = false;
}

static int
ear_open(struct relay *r)
{
	struct port_config config = { .name = r->port.name,
		.buffer = EAR_BUFFER };

	if (port_open(&ear.port, r->port.ops, &config) == -1)
		return -1; /* it has said why */
	if (ear.port.ops->setfilter(&ear.port, &ear.program) == 0 &&
	    ear.port.ops->attach(&ear.port) == 0)
		return 0;
	log_errno("%s: listening for a loop", r->port.name);
	return -1;
}

static void
ear_listen(void)
{
	static struct frame frames[FRAME_BATCH];
	int batch, i, n;

	for (batch = 0; batch < EAR_BATCHES; batch++) {
		n = ear.port.ops->recv(&ear.port, frames, FRAME_BATCH);
		if (n <= 0)
			return;
		for (i = 0; i < n; i++)
			if (frames[i].outbound)
				ear.heard += frames[i].len;
	}
}

static void
ear_pad(struct session *s)
{
	struct message m = { .kind = MSG_PAD };

	while (
	    ear.left > 0 && !session_pending(s) && s->state == SESSION_OPEN) {
		m.pad = ear.left < CONTROL_MAX / 2 ? ear.left : CONTROL_MAX / 2;
		session_say(s, &m);
		ear.left -= m.pad;
		if (ear.left == 0)
			session_mark(s);
	}
}

static void
ear_pause(struct relay *r, uint64_t now)
{
	if (ear_open(r) == -1) {
		port_close(&ear.port);
		guard_give_up(&ear.guard, now);
		return;
	}
	log_debug(1, "%s: loop? test begins", r->port.name);
	ear.paused_ms = clock_ms();
	r->paused = true;
	session_mark(r->link.live);
}

static void
ear_clear(struct relay *r, uint64_t now)
{
	log_debug(1, "%s: loop? no: %d rounds, %u ms", r->port.name,
	    ear.guard.round, (unsigned)(now - ear.paused_ms));
	port_close(&ear.port);
	ear.left = 0;
	r->paused = false;
	r->resumed_ms = now;
	if (!ear.detached)
		return;
	ear.detached = false;
	if (r->port.ops->attach(&r->port) == -1) {
		session_bye(r->link.live, BYE_INTERFACE, "%s: attach: %s",
		    r->port.name, strerror(errno));
		return;
	}
	log_info("%s: no loop any more: captured again", r->port.name);
}

static void
ear_hold(struct relay *r)
{
	port_close(&ear.port);
	relay_forget(r);
	if (!ear.detached)
		r->port.ops->detach(&r->port);
	ear.detached = true;
	log_info("%s: the session itself is captured, a loop: nothing is "
		 "captured now, the next test is in %u s; leave the session "
		 "out with -M, or what it is wrapped in with -f",
	    r->port.name, (unsigned)(ear.guard.wait_ms / 1000));
}

uint64_t
ear_turn(struct relay *r, uint64_t now)
{
	struct guard_input in;

	if (!ear.on)
		return UINT64_MAX;
	if (ear.port.ops != NULL)
		ear_listen();
	ear_pad(r->link.live);
	in = ear_input(r, now);
	switch (guard_turn(&ear.guard, &in)) {
	case GUARD_PAUSE:
		ear_pause(r, now);
		break;
	case GUARD_PAD:
		ear.left = ear.guard.pad;
		ear_pad(r->link.live);
		break;
	case GUARD_CLEAR:
		ear_clear(r, now);
		break;
	case GUARD_HOLD:
		ear_hold(r);
		break;
	case GUARD_NOTHING:
		break;
	}
	return guard_due(&ear.guard, now);
}

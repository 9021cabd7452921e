/* SPDX-License-Identifier: ISC */
/*
 * During a test a second capture port is open on the same interface, with the
 * same filter.  It hears what is sent now; the queue of the first port may be
 * full of older frames.  The second port also hears the frames that the first
 * one injects (recv leaves out only a port's own frames): their bytes are
 * subtracted.
 */
#include <errno.h>
#include <pcap.h>
#include <string.h>

#include "clock.h"
#include "privilege/helper.h"
#include "log.h"
#include "relay/loop_test.h"

/* In a loop up to two paddings are heard: room for twice as many bytes. */
#define LOOP_TEST_BUFFER  (4 * LOOP_GUARD_PAD_MAX)
#define LOOP_TEST_BATCHES 8

static struct loop_guard_input
loop_test_input(const struct loop_test *t, const struct relay *r, uint64_t now)
{
	const struct session *s = r->link.live;

	return (struct loop_guard_input) {
		.now = now,
		.sent = s != NULL ? s->sent_bytes : 0,
		.own = r->up_own,
		.heard = t->heard - (int64_t)r->count.down_bytes,
		.answered = s != NULL && s->mark == 0 && t->left == 0,
	};
}

void
loop_test_begin(struct loop_test *t, struct relay *r, struct session *s,
    const struct bpf_program *program)
{
	struct loop_guard_input in = loop_test_input(t, r, clock_ms());

	t->on = !r->opt->exclude_none && s->codec.dialect->pings;
	if (!t->on)
		t->guard.held = false;
	r->paused = t->guard.held;
	t->program = (struct bpf_program) { program->bf_len, t->insns };
	memcpy(t->insns, program->bf_insns,
	    program->bf_len * sizeof(t->insns[0]));
	loop_guard_begin(&t->guard, &in);
}

void
loop_test_end(struct loop_test *t, struct relay *r)
{
	port_close(&t->port);
	t->left = 0;
	r->paused = false;
}

static int
loop_test_open(struct loop_test *t, struct relay *r)
{
	struct port_config config = { .name = r->port.name,
		.buffer = LOOP_TEST_BUFFER };

	if (port_open(&t->port, r->port.control, &config) == -1)
		return -1;
	if (port_setfilter(&t->port, &t->program) == 0 &&
	    t->port.ops->attach(&t->port, NULL) == 0)
		return 0;
	log_errno("%s: listening for a loop", r->port.name);
	return -1;
}

static void
loop_test_listen(struct loop_test *t)
{
	static struct frame frames[FRAME_BATCH];
	int batch, i, n;

	for (batch = 0; batch < LOOP_TEST_BATCHES; batch++) {
		n = t->port.ops->recv(&t->port, frames, FRAME_BATCH);
		if (n <= 0)
			return;
		for (i = 0; i < n; i++)
			if (frames[i].outbound)
				t->heard += frames[i].len;
	}
}

static void
loop_test_pad(struct loop_test *t, struct session *s)
{
	struct message m = { .kind = MSG_PAD };

	while (t->left > 0 && !session_pending(s) && s->state == SESSION_OPEN) {
		m.pad = t->left < CONTROL_MAX / 2 ? t->left : CONTROL_MAX / 2;
		session_say(s, &m);
		t->left -= m.pad;
		if (t->left == 0)
			session_mark(s);
	}
}

static void
loop_test_pause(struct loop_test *t, struct relay *r, uint64_t now)
{
	if (loop_test_open(t, r) == -1) {
		port_close(&t->port);
		loop_guard_give_up(&t->guard, now);
		return;
	}
	log_debug(1, "%s: loop? test begins", r->port.name);
	t->paused_ms = clock_ms();
	r->paused = true;
	session_mark(r->link.live);
}

static void
loop_test_clear(struct loop_test *t, struct relay *r, uint64_t now,
    bool was_held)
{
	log_debug(1, "%s: loop? no: %d rounds, %u ms", r->port.name,
	    t->guard.round, (unsigned)(now - t->paused_ms));
	port_close(&t->port);
	t->left = 0;
	r->paused = false;
	delay_excuse(&r->link.live->up);
	if (!was_held)
		return;
	if (r->port.ops->attach(&r->port, NULL) == -1) {
		session_bye(r->link.live, BYE_INTERFACE, "%s: attach: %s",
		    r->port.name, strerror(errno));
		return;
	}
	log_info("%s: no loop any more: captured again", r->port.name);
}

static void
loop_test_hold(struct loop_test *t, struct relay *r, bool was_held)
{
	port_close(&t->port);
	relay_forget(r);
	if (!was_held)
		port_detach(&r->port);
	log_info("%s: the session itself is captured, a loop: nothing is "
		 "captured now, the next test is in %u s; leave the session "
		 "out with -M, or what it is wrapped in with -f",
	    r->port.name, (unsigned)(t->guard.wait_ms / 1000));
}

uint64_t
loop_test_turn(struct loop_test *t, struct relay *r, uint64_t now)
{
	struct loop_guard_input in;
	bool was_held = t->guard.held; /* if so, the port is detached */

	if (!t->on)
		return UINT64_MAX;
	if (t->port.ops != NULL)
		loop_test_listen(t);
	loop_test_pad(t, r->link.live);
	in = loop_test_input(t, r, now);
	switch (loop_guard_turn(&t->guard, &in)) {
	case LOOP_GUARD_PAUSE:
		loop_test_pause(t, r, now);
		break;
	case LOOP_GUARD_PAD:
		t->left = t->guard.pad;
		loop_test_pad(t, r->link.live);
		break;
	case LOOP_GUARD_CLEAR:
		loop_test_clear(t, r, now, was_held);
		break;
	case LOOP_GUARD_HOLD:
		loop_test_hold(t, r, was_held);
		break;
	case LOOP_GUARD_NOTHING:
		break;
	}
	return loop_guard_due(&t->guard, now);
}

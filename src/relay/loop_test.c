/*
 * A second capture port on the same interface, with the same filter, is open
 * during a test only: it hears what is sent now, while the first one's queue
 * may be full of what was sent long ago.  It hears what the first one injects,
 * too (only a port's own frames never come back to it): those bytes are taken
 * off.
 */
#include <errno.h>
#include <pcap.h>
#include <string.h>

#include "clock.h"
#include "relay/loop_test.h"
#include "filter/filter.h"
#include "relay/loop_guard.h"
#include "log.h"

#define LOOP_TEST_BUFFER \
	(4 * LOOP_GUARD_PAD_MAX) /* twice of what is looked for */
#define LOOP_TEST_BATCHES 8

struct loop_test {
	struct loop_guard guard;
	bool on, detached;
	struct port port; /* all zero: not open */
	struct bpf_insn insns[FILTER_INSNS];
	struct bpf_program program;
	int64_t heard;
	uint64_t left; /* padding that is to be said yet */
	uint64_t paused_ms; /* when the pause began */
};

static struct loop_test test;

static struct loop_guard_input
loop_test_input(const struct relay *r, uint64_t now)
{
	const struct session *s = r->link.live;

	return (struct loop_guard_input) {
		.now = now,
		.sent = s != NULL ? s->sent_bytes : 0,
		.own = r->up_own,
		.heard = test.heard - (int64_t)r->count.down_bytes,
		.answered = s != NULL && s->mark == 0 && test.left == 0,
	};
}

void
loop_test_begin(struct relay *r, struct session *s,
    const struct bpf_program *program)
{
	struct loop_guard_input in = loop_test_input(r, clock_ms());

	test.on = !r->opt->exclude_none && s->codec.dialect->pings;
	if (!test.on)
		test.guard.held = false;
	test.detached = r->paused = test.guard.held;
	test.program = (struct bpf_program) { program->bf_len, test.insns };
	memcpy(test.insns, program->bf_insns,
	    program->bf_len * sizeof(test.insns[0]));
	loop_guard_begin(&test.guard, &in);
}

void
loop_test_end(struct relay *r)
{
	port_close(&test.port);
	test.left = 0;
	r->paused = false;
}

static int
loop_test_open(struct relay *r)
{
	struct port_config config = { .name = r->port.name,
		.buffer = LOOP_TEST_BUFFER };

	if (port_open(&test.port, r->port.ops, &config) == -1)
		return -1; /* it has said why */
	if (test.port.ops->setfilter(&test.port, &test.program) == 0 &&
	    test.port.ops->attach(&test.port) == 0)
		return 0;
	log_errno("%s: listening for a loop", r->port.name);
	return -1;
}

static void
loop_test_listen(void)
{
	static struct frame frames[FRAME_BATCH];
	int batch, i, n;

	for (batch = 0; batch < LOOP_TEST_BATCHES; batch++) {
		n = test.port.ops->recv(&test.port, frames, FRAME_BATCH);
		if (n <= 0)
			return;
		for (i = 0; i < n; i++)
			if (frames[i].outbound)
				test.heard += frames[i].len;
	}
}

static void
loop_test_pad(struct session *s)
{
	struct message m = { .kind = MSG_PAD };

	while (
	    test.left > 0 && !session_pending(s) && s->state == SESSION_OPEN) {
		m.pad = test.left < CONTROL_MAX / 2 ? test.left :
						      CONTROL_MAX / 2;
		session_say(s, &m);
		test.left -= m.pad;
		if (test.left == 0)
			session_mark(s);
	}
}

static void
loop_test_pause(struct relay *r, uint64_t now)
{
	if (loop_test_open(r) == -1) {
		port_close(&test.port);
		loop_guard_give_up(&test.guard, now);
		return;
	}
	log_debug(1, "%s: loop? test begins", r->port.name);
	test.paused_ms = clock_ms();
	r->paused = true;
	session_mark(r->link.live);
}

static void
loop_test_clear(struct relay *r, uint64_t now)
{
	log_debug(1, "%s: loop? no: %d rounds, %u ms", r->port.name,
	    test.guard.round, (unsigned)(now - test.paused_ms));
	port_close(&test.port);
	test.left = 0;
	r->paused = false;
	delay_excuse(&r->link.live->up);
	if (!test.detached)
		return;
	test.detached = false;
	if (r->port.ops->attach(&r->port) == -1) {
		session_bye(r->link.live, BYE_INTERFACE, "%s: attach: %s",
		    r->port.name, strerror(errno));
		return;
	}
	log_info("%s: no loop any more: captured again", r->port.name);
}

static void
loop_test_hold(struct relay *r)
{
	port_close(&test.port);
	relay_forget(r);
	if (!test.detached)
		r->port.ops->detach(&r->port);
	test.detached = true;
	log_info("%s: the session itself is captured, a loop: nothing is "
		 "captured now, the next test is in %u s; leave the session "
		 "out with -M, or what it is wrapped in with -f",
	    r->port.name, (unsigned)(test.guard.wait_ms / 1000));
}

uint64_t
loop_test_turn(struct relay *r, uint64_t now)
{
	struct loop_guard_input in;

	if (!test.on)
		return UINT64_MAX;
	if (test.port.ops != NULL)
		loop_test_listen();
	loop_test_pad(r->link.live);
	in = loop_test_input(r, now);
	switch (loop_guard_turn(&test.guard, &in)) {
	case LOOP_GUARD_PAUSE:
		loop_test_pause(r, now);
		break;
	case LOOP_GUARD_PAD:
		test.left = test.guard.pad;
		loop_test_pad(r->link.live);
		break;
	case LOOP_GUARD_CLEAR:
		loop_test_clear(r, now);
		break;
	case LOOP_GUARD_HOLD:
		loop_test_hold(r);
		break;
	case LOOP_GUARD_NOTHING:
		break;
	}
	return loop_guard_due(&test.guard, now);
}

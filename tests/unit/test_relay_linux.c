/* SPDX-License-Identifier: ISC */
/* One relay; the test plays its peers, interface and clock: see world.h. */
#undef _FORTIFY_SOURCE /* glibc then has an inline ppoll(): here is another */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "signals.h"
#include "world.h"

static const struct hello master = { .role = ROLE_MASTER,
	.can_timestamps = true,
	.maxframe = FRAME_MAX };
static const struct hello slave = { .role = ROLE_SLAVE,
	.linktype = LINK_ETHERNET,
	.can_timestamps = true,
	.nocopy = true,
	.maxframe = FRAME_MAX };

/* The options of a slave that listens; -M names the session's connection. */
static struct options
slave_options(void)
{
	struct options o = { .role = ROLE_SLAVE,
		.form = PEER_LISTEN,
		.peer = "1234",
		.interface = "world0",
		.delay = DELAY_DEFAULT,
		.npairs = 1 };

	assert_int_equal(addr_parse("192.0.2.1", &o.pairs[0].src), 0);
	o.pairs[0].sport = 22;
	return o;
}

static struct options
master_options(void)
{
	return (struct options) { .role = ROLE_MASTER,
		.form = PEER_CONNECT,
		.peer = "gw:1234",
		.nocopy = true,
		.delay = DELAY_DEFAULT,
		.open = true };
}

/* Begins a world with a slave that serves a first master. */
static void
world_meet(const struct options *o)
{
	world_begin(o);
	far_connect(&fars[0], &master);
	world_run(1000);
}

/* Retries come after 1, 2, 4, 8, 16 s, and then after 30 s for ever. */
static void
test_retry(void **state)
{
	static const unsigned after[] = { 1, 2, 4, 8, 16, 30, 30, 30, 30 };
	struct options o = master_options();
	unsigned i, dials;
	char text[32];

	(void)state;
	said_forget();
	world_refuses = true;
	world_begin(&o);
	for (i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
		(void)snprintf(text, sizeof(text), "next try in %u s",
		    after[i]);
		assert_int_equal(said_times(text) > 0, 1);
		said_forget();
		dials = world_dials;
		world_run(after[i] * 1000 - (i == 0 ? 100 : 200));
		assert_int_equal(world_dials, dials);
		world_run(200);
		assert_int_equal(world_dials, dials + 1);
	}
	/* after a good session the waits begin with 1 s again */
	world_refuses = false;
	world_run(30000);
	far_begin(&fars[0], world_dialled, &slave, false);
	world_run(1000);
	assert_int_equal(fars[0].s->state, SESSION_OPEN);
	world_refuses = true;
	said_forget();
	session_bye(fars[0].s, BYE_END, "that was all");
	world_run(100);
	assert_int_equal(said_times("next try in 1 s"), 1);
	world_end();
}

/* Frames go up and down, and the slave tells the master how many. */
static void
test_carry(void **state)
{
	static uint8_t data[1000];
	struct frame f = { .data = data, .len = sizeof(data) };
	struct options o = slave_options();
	int i;

	(void)state;
	world_meet(&o);
	assert_int_equal(fars[0].s->state, SESSION_OPEN);
	assert_true(world_port.attached);
	world_cross(10, 600);
	world_run(100);
	assert_int_equal(fars[0].frames, 10);
	for (i = 0; i < 7; i++)
		assert_int_equal(session_send(fars[0].s, &f, 1), 1);
	world_run(2000);
	assert_int_equal(world_injected(), 7);
	assert_int_equal(fars[0].counters.up_frames, 10);
	assert_int_equal(fars[0].counters.up_bytes, 6000);
	assert_int_equal(fars[0].counters.down_frames, 7);
	assert_int_equal(fars[0].counters.down_bytes, 7000);
	assert_int_equal(fars[0].counters.readonly, 0);
	world_end();
}

/*
 * A slave with -r, or with a master of -r, injects no frame, and counts those
 * that came as read-only.
 */
static void
test_readonly(void **state)
{
	static uint8_t data[1000];
	struct frame f = { .data = data, .len = sizeof(data) };
	struct options o = slave_options();
	struct hello hello;
	int i, who;

	(void)state;
	for (who = 0; who < 2; who++) {
		hello = master;
		o.readonly = who == 0;
		hello.want = who == 1 ? WANT_READONLY : 0;
		world_begin(&o);
		far_connect(&fars[0], &hello);
		world_run(1000);
		for (i = 0; i < 5; i++)
			assert_int_equal(session_send(fars[0].s, &f, 1), 1);
		world_cross(3, 100);
		world_run(2000);
		assert_int_equal(world_injected(), 0);
		assert_int_equal(fars[0].counters.readonly, 5);
		assert_int_equal(fars[0].counters.down_frames, 0);
		assert_int_equal(fars[0].frames, 3);
		world_end();
	}
}

/*
 * A master with -r, or with a slave of -r, sends no frame of the doll, and
 * counts them as read-only.
 */
static void
test_readonly_master(void **state)
{
	struct options o = master_options();
	struct hello hello;
	int who;

	(void)state;
	for (who = 0; who < 2; who++) {
		hello = slave;
		o.readonly = who == 0;
		hello.want = who == 1 ? WANT_READONLY : 0;
		world_begin(&o);
		far_begin(&fars[0], world_dialled, &hello, false);
		world_run(1000);
		assert_int_equal(fars[0].s->state, SESSION_OPEN);
		world_cross(4, 100);
		world_run(2000);
		assert_int_equal(fars[0].frames, 0);
		assert_int_equal(fars[0].counters.readonly, 4);
		world_end();
	}
}

/*
 * The peer does not read: the relay stops reading the port, and waits for room
 * in the stream and for changes of interfaces.
 */
static void
test_backpressure_up(void **state)
{
	struct options o = slave_options();
	int fd, i;

	(void)state;
	o.delay = 0; /* 0: nothing is ever too old */
	world_meet(&o);
	fd = world_relay.link.live->peer.wfd;
	fars[0].deaf = true;
	for (i = 0; i < 40; i++) {
		world_cross(5, 1400);
		world_run(5);
	}
	assert_false(world_polled(world_relay.port.fd, POLLIN));
	assert_true(world_polled(fd, POLLOUT));
	assert_true(world_relay.watch.fd != -1);
	assert_true(world_polled(world_relay.watch.fd, POLLIN));
	fars[0].deaf = false;
	world_run(100);
	assert_true(world_polled(world_relay.port.fd, POLLIN));
	assert_true(fars[0].frames > 20);
	world_run(2000);
	assert_int_equal(fars[0].counters.up_frames, fars[0].frames);
	assert_int_equal(fars[0].counters.stale, 0);
	world_end();
}

/* The port takes no frames: the relay stops reading the stream. */
static void
test_backpressure_down(void **state)
{
	static uint8_t data[1400];
	struct frame f = { .data = data, .len = sizeof(data) };
	struct options o = slave_options();
	int i, sent = 0;

	(void)state;
	o.delay = 0;
	world_meet(&o);
	for (i = 0; i < 4000; i++) {
		sent += session_send(fars[0].s, &f, 1);
		if (i % 10 == 0)
			world_run(1);
	}
	assert_true(sent < 4000);
	assert_true(world_polled(world_relay.port.fd, POLLOUT));
	assert_false(world_polled(world_relay.link.live->peer.rfd, POLLIN));
	for (i = 0; sent > 0 && i < 1000; i++) {
		sent -= world_injected();
		world_run(5);
	}
	assert_int_equal(sent, 0);
	assert_true(world_polled(world_relay.link.live->peer.rfd, POLLIN));
	world_end();
}

/*
 * A newcomer during a session is refused, but gets the place of a peer that
 * does not answer.
 */
static void
test_newcomers(void **state)
{
	struct options o = slave_options();

	(void)state;
	said_forget();
	world_meet(&o);
	assert_int_equal(world_relay.link.sessions, 1);
	far_connect(&fars[1], &master);
	world_run(1000);
	assert_int_equal(fars[0].s->state, SESSION_OPEN);
	assert_int_equal(fars[1].s->state, SESSION_OVER);
	assert_int_equal(fars[1].s->bye, BYE_BUSY);
	fars[0].deaf = true;
	far_connect(&fars[2], &master);
	world_run(2000); /* the peer has 3 s to answer */
	assert_int_equal(world_relay.link.sessions, 1);
	world_run(2000);
	assert_int_equal(world_relay.link.sessions, 2);
	assert_int_equal(said_times("no answer; replaced by"), 1);
	world_cross(1, 100);
	world_run(10);
	assert_int_equal(fars[2].frames, 1);
	world_end();
}

/*
 * A newcomer that leaves before the 3 s are over changes nothing, and a later
 * newcomer waits 3 s again.
 */
static void
test_newcomer_leaves(void **state)
{
	struct options o = slave_options();

	(void)state;
	world_meet(&o);
	fars[0].deaf = true;
	far_connect(&fars[1], &master);
	world_run(1000);
	far_end(&fars[1]);
	world_run(4000);
	assert_int_equal(world_relay.link.sessions, 1);
	far_connect(&fars[2], &master);
	world_run(2500);
	assert_int_equal(world_relay.link.sessions, 1);
	world_run(1000);
	assert_int_equal(world_relay.link.sessions, 2);
	assert_int_equal(fars[2].s->state, SESSION_OPEN);
	world_end();
}

/* Two newcomers want the place of a dead peer: the first one gets it. */
static void
test_newcomers_two(void **state)
{
	struct options o = slave_options();

	(void)state;
	world_meet(&o);
	fars[0].deaf = true;
	far_connect(&fars[1], &master);
	world_run(500);
	far_connect(&fars[2], &master);
	world_run(4000);
	assert_int_equal(world_relay.link.sessions, 2);
	assert_int_equal(fars[1].s->state, SESSION_OPEN);
	assert_int_equal(fars[2].s->bye, BYE_BUSY);
	world_end();
}

/* A peer that sends nothing, but reads from a full stream, is alive. */
static void
test_newcomer_slow(void **state)
{
	static uint8_t some[3000];
	struct options o = slave_options();
	int i;

	(void)state;
	o.delay = 0;
	world_meet(&o);
	fars[0].deaf = true;
	for (i = 0; i < 60; i++) {
		if (i == 10)
			far_connect(&fars[1], &master);
		world_cross(3, 1400);
		assert_true(
		    read(fars[0].s->peer.rfd, some, sizeof(some)) > 0 || i < 3);
		world_run(100);
	}
	assert_int_equal(world_relay.link.sessions, 1);
	assert_int_equal(fars[1].s->bye, BYE_BUSY);
	world_end();
}

/* Whether the relay has closed this connection. */
static bool
closed(int fd)
{
	uint8_t byte;

	return recv(fd, &byte, 1, MSG_PEEK) == 0;
}

/*
 * There are more newcomers than places.  The address that has most of them
 * loses one: the oldest that has not sent HELLO.
 */
static void
test_crowd(void **state)
{
	struct options o = slave_options();
	int crowd[LINK_GUESTS + 2], n = 0, i;

	(void)state;
	world_meet(&o);
	fars[0].deaf = true;
	assert_int_equal(addr_parse("192.0.2.7", &world_remote), 0);
	crowd[n++] = far_silent(); /* oldest, but alone at its address */
	world_run(10);
	assert_int_equal(addr_parse("192.0.2.8", &world_remote), 0);
	far_connect(&fars[1], &master); /* has sent HELLO, and waits */
	world_run(10);
	for (; n < LINK_GUESTS - 1; n++) {
		crowd[n] = far_silent();
		world_run(10);
	}
	for (i = 0; i < n; i++)
		assert_false(closed(crowd[i]));
	for (; n < LINK_GUESTS + 2; n++) {
		crowd[n] = far_silent();
		world_run(10);
		assert_true(closed(crowd[n - LINK_GUESTS + 2]));
	}
	for (i = 0; i < n; i++)
		assert_int_equal(closed(crowd[i]), i >= 1 && i < 4);
	world_run(3500);
	assert_int_equal(fars[1].s->state, SESSION_OPEN);
	for (i = 0; i < n; i++)
		(void)close(crowd[i]);
	world_end();
}

/* A silent stranger, not yet dropped, does not keep a master out. */
static void
test_silent(void **state)
{
	struct options o = slave_options();

	(void)state;
	world_begin(&o);
	far_connect(&fars[0], &master);
	fars[0].deaf = true;
	world_run(9000);
	far_connect(&fars[1], &master);
	world_run(500);
	assert_int_equal(fars[1].s->state, SESSION_OPEN);
	world_end();
}

/* A session ends in each way: one line says so, and the slave listens again. */
static void
test_ends(void **state)
{
	struct options o = slave_options();
	unsigned way;

	(void)state;
	world_begin(&o);
	for (way = 0; way < 5; way++) {
		said_forget();
		far_connect(&fars[0], &master);
		world_run(500);
		assert_int_equal(fars[0].s->state, SESSION_OPEN);
		assert_int_equal(world_relay.link.sessions, way + 1);
		assert_true(world_port.attached);
		switch (way) {
		case 0:
			session_bye(fars[0].s, BYE_END, "enough");
			break;
		case 1: /* end of file */
			far_end(&fars[0]);
			break;
		case 2: /* nonsense */
			(void)!write(fars[0].s->peer.wfd,
			    "\xff\xff\xff\xff"
			    "\xff\xff\xff\xff",
			    8);
			break;
		case 3: /* silence */
			fars[0].deaf = true;
			world_run(29000);
			assert_int_equal(said_times("session ended"), 0);
			world_run(1500);
			break;
		case 4:
			session_bye(fars[0].s, BYE_INTERFACE, "broken");
			break;
		}
		world_run(500);
		assert_int_equal(said_times("session ended"), 1);
		assert_null(world_relay.link.live);
		assert_false(world_port.attached);
		assert_false(world_ended);
		far_end(&fars[0]);
	}
	world_end();
}

/* For so many seconds frames cross the interface, 80 in each. */
static void
load(unsigned seconds)
{
	unsigned i;

	for (i = 0; i < seconds * 20; i++) {
		world_cross(4, 1400);
		world_run(50);
	}
}

/*
 * Only frames that the host sends can be a loop: few of them cause no test,
 * many do.  During a test no frame goes up; after it all do, without a loss.
 */
static void
test_loop(void **state)
{
	struct options o = slave_options();
	unsigned opened;

	(void)state;
	world_meet(&o);
	world_outbound = 10;
	load(8);
	assert_int_equal(world_second.opened, 0);
	world_outbound = 2;
	load(8);
	opened = world_second.opened;
	assert_int_equal(opened, 1);
	assert_null(world_second.port); /* closed again */
	assert_false(world_relay.paused);
	world_run(2000);
	assert_int_equal(fars[0].frames, 2 * 8 * 20 * 4);
	assert_int_equal(fars[0].counters.stale, 0);
	load(20); /* no second test within a minute */
	assert_int_equal(world_second.opened, opened);
	world_end();
}

/*
 * While frames flow the listener has its turn every 50 ms, afterwards at once.
 * An idle session wakes nobody for many seconds.
 */
static void
test_turns(void **state)
{
	struct options o = slave_options();
	int i, fd;

	(void)state;
	world_meet(&o);
	for (i = 0; i < 100; i++) {
		world_cross(1, 100);
		world_run(5);
	}
	assert_false(world_polled(world_listener[0], POLLIN));
	fd = far_silent();
	for (; i < 112; i++) {
		world_cross(1, 100);
		world_run(5);
	}
	assert_int_equal(world_ncoming, 0);
	assert_int_equal(fars[0].frames, i);
	(void)close(fd);
	world_run(100);
	assert_true(world_polled(world_listener[0], POLLIN));
	world_run(3000);
	assert_in_range(world_due_us - world_us, 10000000, 20000000);
	world_end();
}

/* A test takes a second: frames wait, and the relay does not run busy. */
static void
test_loop_pause(void **state)
{
	struct options o = slave_options();
	unsigned turns;
	int i;

	(void)state;
	world_meet(&o);
	world_outbound = 2;
	fars[0].no_tests = true;
	for (i = 0; i < 200 && !world_relay.paused; i++) {
		world_cross(4, 1400);
		world_run(50);
	}
	assert_true(world_relay.paused);
	turns = world_turns;
	load(1);
	assert_in_range(world_turns - turns, 1, 20);
	fars[0].no_tests = false;
	world_run(2000);
	assert_false(world_relay.paused);
	/* late: frames sent before the pause, while the peer did not read */
	assert_in_range(fars[0].s->down.late, 0, 4);
	assert_int_equal(fars[0].frames + (int)fars[0].s->down.late,
	    4 * i + 20 * 4);
	assert_int_equal(fars[0].counters.stale, 0);
	world_end();
}

/*
 * A loop is found: then no frame is captured, also in later sessions.  The
 * relay tests again at growing intervals, and captures when the loop is gone.
 */
static void
test_loop_held(void **state)
{
	static const char found[] = "the session itself is captured";
	struct options o = slave_options();
	uint64_t sent;

	(void)state;
	world_meet(&o);
	said_forget();
	world_loops = true;
	world_outbound = 1;
	world_cross(20, 1400);
	world_run(8000);
	assert_int_equal(said_times(found), 1);
	assert_int_equal(said_times("the next test is in 60 s"), 1);
	assert_false(world_port.attached);
	assert_null(world_second.port);
	assert_int_equal(fars[0].s->state, SESSION_OPEN);
	sent = world_relay.link.live->sent_frames;
	world_run(40000);
	assert_int_equal(world_relay.link.live->sent_frames, sent);
	far_end(&fars[0]);
	world_run(500);
	far_connect(&fars[1], &master);
	world_run(1000);
	assert_int_equal(fars[1].s->state, SESSION_OPEN);
	assert_false(world_port.attached);
	world_run(60000);
	assert_int_equal(said_times(found), 2);
	assert_int_equal(said_times("the next test is in 120 s"), 1);
	assert_int_equal(fars[1].frames, 0);
	world_loops = false;
	world_outbound = 0;
	world_run(125000);
	assert_int_equal(said_times("no loop any more: captured again"), 1);
	assert_true(world_port.attached);
	world_cross(3, 100);
	world_run(100);
	assert_int_equal(fars[1].frames, 3);
	world_end();
}

/* When a session ends, each captured frame counts as sent or as too old. */
static void
test_end_counts_up(void **state)
{
	struct options o = slave_options();
	struct counters c;

	(void)state;
	o.delay = 0;
	world_meet(&o);
	fars[0].deaf = true;
	world_cross(100, 1400);
	world_run(100);
	assert_true(world_relay.link.live->half > 0);
	far_end(&fars[0]);
	world_run(100);
	assert_null(world_relay.link.live);
	stats_read(&world_relay, &c);
	assert_in_range(c.stale, 2, 99);
	assert_int_equal(c.up_frames + c.stale, 100);
	world_end();
}

/* When the process ends, each frame from the peer counts as sent or as late. */
static void
test_end_counts_down(void **state)
{
	static uint8_t data[1400];
	struct frame f = { .data = data, .len = sizeof(data) };
	struct options o = slave_options();
	const struct counters *c = &world_relay.count;
	uint64_t sent;
	int i;

	(void)state;
	o.delay = 0;
	world_meet(&o);
	for (i = 0; i < 4000; i++) {
		(void)session_send(fars[0].s, &f, 1);
		if (i % 10 == 0)
			world_run(1);
	}
	sent = fars[0].s->sent_frames;
	world_end();
	/* uncounted: up to 60 frames that are still in the stream */
	assert_in_range(c->down_frames + c->late, sent - 60, sent);
	assert_true(c->late > 0);
}

/* Frames that the kernel drops are logged; a new port counts them from 0. */
static void
test_dropped(void **state)
{
	struct options o = slave_options();

	(void)state;
	world_meet(&o);
	said_forget();
	world_port.dropped = 5000;
	world_run(2000);
	assert_int_equal(said_times("dropped 5000 frames"), 1);
	world_port.dropped = 20; /* fewer than before: another port */
	world_run(70000);
	assert_int_equal(said_times("dropped"), 2);
	assert_int_equal(said_times("dropped 20 frames"), 1);
	world_end();
}

/* One master's wishes do not apply to the next one. */
static void
test_settings(void **state)
{
	static uint8_t data[1000];
	struct frame f = { .data = data, .len = sizeof(data) };
	struct options o = slave_options();
	struct hello hello = master;
	int i;

	(void)state;
	world_begin(&o);
	for (i = 0; i < 4; i++) {
		hello.want = i % 2 == 0 ? WANT_READONLY : 0;
		far_connect(&fars[0], &hello);
		world_run(1000);
		assert_int_equal(fars[0].s->state, SESSION_OPEN);
		assert_int_equal(session_send(fars[0].s, &f, 1), 1);
		world_run(1500);
		assert_int_equal(world_injected(), i % 2);
		assert_int_equal(fars[0].counters.readonly, i / 2 + 1);
		assert_int_equal(fars[0].counters.down_frames, (i + 1) / 2);
		far_end(&fars[0]);
		world_run(500);
	}
	world_end();
}

/*
 * An old slave adds 4 bytes to each frame, and exits when its interface refuses
 * one: the master sends it none that would be too long, and counts it.
 */
static void
test_old_slave(void **state)
{
	struct message m = { .kind = MSG_PARAMS, .complete = true };
	struct options o = master_options();

	(void)state;
	o.legacy = &dialect_legacy03;
	world_begin(&o);
	far_begin(&fars[0], world_dialled, &slave, false);
	world_run(1000);
	assert_non_null(world_relay.link.live);
	m.params.have_mac = m.params.have_mtu = m.params.have_addrs = true;
	m.params.mac[0] = 2;
	m.params.mtu = 1500;
	session_say(fars[0].s, &m);
	world_run(3000);
	world_cross(3, 1500 - 4 + FRAME_MIN);
	world_run(100);
	assert_int_equal(fars[0].frames, 3);
	world_cross(2, 1500 - 4 + FRAME_MIN + 1);
	world_cross(2, 1518); /* with a VLAN tag */
	world_run(100);
	assert_int_equal(fars[0].frames, 3);
	assert_int_equal(world_relay.link.live->oversize, 4);
	world_end();
}

/* How the line of -t writes the time since the start. */
static void
test_up_time(void **state)
{
	static const struct {
		uint64_t s;
		const char *text;
	} times[] = {
		{ 1, " 1s\n" },
		{ 59, " 59s\n" },
		{ 60, " 1m00s\n" },
		{ 3599, " 59m59s\n" },
		{ 3600, " 1h00m\n" },
		{ 86399, " 23h59m\n" },
		{ 86400, " 1d00h\n" },
		{ 10 * 86400 + 23 * 3600, " 10d23h\n" },
	};
	struct options o = slave_options();
	uint64_t begun;
	size_t i;

	(void)state;
	o.stats = 1;
	begun = world_us;
	world_begin(&o);
	world_run(10);
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		said_forget();
		world_us = begun + times[i].s * 1000000 + 500000;
		world_turn();
		assert_int_equal(said_times(times[i].text), 1);
	}
	world_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_retry),
		cmocka_unit_test(test_carry),
		cmocka_unit_test(test_readonly),
		cmocka_unit_test(test_readonly_master),
		cmocka_unit_test(test_backpressure_up),
		cmocka_unit_test(test_backpressure_down),
		cmocka_unit_test(test_newcomers),
		cmocka_unit_test(test_newcomer_leaves),
		cmocka_unit_test(test_newcomers_two),
		cmocka_unit_test(test_newcomer_slow),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_loop_pause),
		cmocka_unit_test(test_loop_held),
		cmocka_unit_test(test_end_counts_up),
		cmocka_unit_test(test_end_counts_down),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_old_slave),
		cmocka_unit_test(test_up_time),
	};
	int failed;

	(void)signal(SIGPIPE, SIG_IGN);
	said_open();
	if (signals_open() == -1)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (failed != 0)
		said_show();
	return failed;
}

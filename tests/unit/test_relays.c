/* SPDX-License-Identifier: ISC */
/* A slave and a master connected in one process, without root: see relays.h. */
#undef _FORTIFY_SOURCE /* glibc then has an inline ppoll(): here is another */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "relays.h"
#include "signals.h"

/* Sets the options: the slave listens, the master connects, or vice versa. */
static void
options_set(bool slave_listens)
{
	SLAVE->opt = (struct options) { .role = ROLE_SLAVE,
		.form = slave_listens ? PEER_LISTEN : PEER_CONNECT,
		.peer = "gw:1234",
		.interface = "wan",
		.delay = 0,
		.npairs = 1 };
	assert_int_equal(addr_parse("192.0.2.1", &SLAVE->opt.pairs[0].src), 0);
	SLAVE->opt.pairs[0].sport = 22;
	MASTER->opt = (struct options) { .role = ROLE_MASTER,
		.form = slave_listens ? PEER_CONNECT : PEER_LISTEN,
		.peer = "gw:1234",
		.delay = 0,
		.up = true };
}

static void
address_add(struct params *p, const char *text)
{
	struct param_addr a = { .kind = PARAM_NONE };

	assert_int_equal(addr_parse(text, &a.addr), 0);
	(void)params_addr_put(p, &a);
}

/* Sets both interfaces to their state before the first session. */
static void
interfaces_set(void)
{
	static const struct params none = { .flags = PARAM_UP | PARAM_RUNNING,
		.linktype = LINK_ETHERNET,
		.have_mac = true,
		.have_mtu = true,
		.have_addrs = true,
		.mac = { 2, 0, 0, 0, 0, 1 },
		.mtu = 1500 };

	SLAVE->params = MASTER->params = none;
	(void)strcpy(SLAVE->params.name, "wan");
	address_add(&SLAVE->params, "10.9.0.1/24");
	address_add(&SLAVE->params, "10.9.0.5/24");
	address_add(&SLAVE->params, "10.9.0.6/32");
	MASTER->params.flags = 0;
	MASTER->params.mac[5] = 99;
}

/* Opens both relays, the listening one first; a session has time to begin. */
static void
both_open(void)
{
	interfaces_set();
	if (SLAVE->opt.form == PEER_LISTEN) {
		end_open(SLAVE);
		end_open(MASTER);
	} else {
		end_open(MASTER);
		end_open(SLAVE);
	}
	ends_pass(1500);
}

/* Whether both sides are in a session, and the doll has its carrier. */
static bool
both_live(void)
{
	const struct session *s = SLAVE->relay.link.live,
			     *m = MASTER->relay.link.live;

	return s != NULL && m != NULL && s->state == SESSION_OPEN &&
	    m->state == SESSION_OPEN && MASTER->carrier && SLAVE->attached;
}

static int
teardown(void **state)
{
	(void)state;
	end_close(MASTER);
	end_close(SLAVE);
	stream_few = 0;
	stream_closes = false;
	helper_refuses = NULL;
	compiler.slow = false;
	ends_us += 3600u * UINT64_C(1000000); /* limits of log lines are over */
	return 0;
}

/* So many frames went up and down, and each side has the other's counters. */
static void
counted(uint64_t up, uint64_t down)
{
	struct counters s, m;

	ends_pass(2500);
	stats_read(&SLAVE->relay, &s);
	stats_read(&MASTER->relay, &m);
	assert_int_equal(s.up_frames, up);
	assert_int_equal(m.down_frames, up);
	assert_int_equal(m.up_frames, down);
	assert_int_equal(s.down_frames, down);
	assert_int_equal(s.up_bytes, m.down_bytes);
	assert_int_equal(m.up_bytes, s.down_bytes);
	assert_true(SLAVE->relay.stats.have_peer);
	assert_memory_equal(&SLAVE->relay.stats.peer, &m, sizeof(m));
	assert_memory_equal(&MASTER->relay.stats.peer, &s, sizeof(s));
}

/* Sends n frames of at most max bytes each way; all must come, in order. */
static void
exchange(int n, uint32_t max)
{
	int up = 0, down = 0, came_up = 0, came_down = 0, i;

	for (i = 0; i < 100000 && came_up + came_down < 2 * n; i++) {
		while (up < n && end_cross(SLAVE, up, max))
			up++;
		while (down < n && end_cross(MASTER, down, max))
			down++;
		ends_pass(1);
		came_up += end_came(MASTER, came_up, max);
		came_down += end_came(SLAVE, came_down, max);
	}
	assert_int_equal(came_up, n);
	assert_int_equal(came_down, n);
}

/* Frames of all lengths cross unchanged, however few bytes a write takes. */
static void
test_both_ways(void **state)
{
	static const struct {
		size_t few;
		int n;
		uint32_t max;
	} streams[] = {
		{ 0, 1000, FRAME_MAX },
		{ 0, 1000, 60 },
		{ 1000, 300, 9000 },
		{ 61, 200, 1514 },
		{ 3, 50, 200 },
		{ 1, 20, 100 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		options_set(i % 2 == 0);
		both_open();
		assert_true(both_live());
		stream_few = streams[i].few;
		exchange(streams[i].n, streams[i].max);
		stream_few = 0;
		counted((uint64_t)streams[i].n, (uint64_t)streams[i].n);
		(void)teardown(NULL);
	}
}

/* -r on either side: each counts exactly the frames that it stops. */
static void
test_readonly(void **state)
{
	struct counters s, m;
	int who, i;

	(void)state;
	for (who = 0; who < 2; who++) {
		options_set(true);
		(who == 0 ? SLAVE : MASTER)->opt.readonly = true;
		both_open();
		for (i = 0; i < 7; i++)
			assert_true(end_cross(MASTER, i, 1514));
		for (i = 0; i < 5; i++)
			assert_true(end_cross(SLAVE, i, 1514));
		counted(5, 0);
		assert_int_equal(end_came(MASTER, 0, 1514), 5);
		assert_int_equal(end_came(SLAVE, 0, 1514), 0);
		stats_read(&SLAVE->relay, &s);
		stats_read(&MASTER->relay, &m);
		/* the master knows of either -r, and sends none */
		assert_int_equal(s.readonly, 0);
		assert_int_equal(m.readonly, 7);
		(void)teardown(NULL);
	}
}

/*
 * The interface at the far end takes no frames, for longer than the 30 s after
 * which a silent peer is given up: frames wait in all buffers, no relay runs
 * busy, the session lives, and afterwards every frame comes.
 */
static void
blocked(struct end *from, struct end *to)
{
	unsigned turns;
	int sent = 0, came = 0, i;

	for (i = 0; i < 100; i++) {
		while (end_cross(from, sent, 1514))
			sent++;
		ends_pass(10);
	}
	assert_false(end_cross(from, sent, 1514));
	assert_true(sent > 100);
	turns = from->turns + to->turns;
	ends_pass(60000);
	assert_in_range(from->turns + to->turns - turns, 1, 1000);
	assert_true(both_live());
	for (i = 0; i < 1000 && came < sent; i++) {
		came += end_came(to, came, 1514);
		ends_pass(1);
	}
	assert_int_equal(came, sent);
	if (from == SLAVE)
		counted((uint64_t)sent, 0);
	else
		counted(0, (uint64_t)sent);
	assert_int_equal(SLAVE->relay.link.sessions, 1);
}

static void
test_backpressure(void **state)
{
	int way;

	(void)state;
	for (way = 0; way < 4; way++) {
		options_set(way % 2 == 0);
		both_open();
		if (way < 2)
			blocked(SLAVE, MASTER);
		else
			blocked(MASTER, SLAVE);
		(void)teardown(NULL);
	}
}

/* Gives the real interface n addresses: so a snapshot is a long message. */
static void
addresses_add(int n)
{
	char text[32];

	for (; n > 0; n--) {
		(void)snprintf(text, sizeof(text), "10.8.%d.1/24", n);
		address_add(&SLAVE->params, text);
	}
}

/*
 * The doll takes no frames while the real interface changes: the last state of
 * the real interface arrives, and every frame.
 */
static void
test_watch_blocked(void **state)
{
	int sent = 0, came = 0;
	uint32_t i;

	(void)state;
	options_set(true);
	both_open();
	assert_int_equal(MASTER->params.mtu, 1500);
	addresses_add(50);
	for (i = 1; i <= 200; i++) {
		while (end_cross(SLAVE, sent, 1514))
			sent++;
		end_change(SLAVE, 1000 + i);
		ends_pass(150);
	}
	assert_true(both_live());
	assert_in_range(MASTER->params.mtu, 1001, 1199);
	for (i = 0; i < 1000 && came < sent; i++) {
		came += end_came(MASTER, came, 1514);
		ends_pass(1);
	}
	assert_int_equal(came, sent);
	ends_pass(1000);
	assert_int_equal(MASTER->params.mtu, 1200);
	assert_int_equal(SLAVE->relay.link.sessions, 1);
}

/* Many changes and frames through a stream that takes a few bytes at a time. */
static void
test_watch_slow(void **state)
{
	int sent = 0, came = 0;
	uint32_t i;

	(void)state;
	options_set(true);
	both_open();
	addresses_add(50);
	stream_few = 5;
	for (i = 1; i <= 100; i++) {
		end_change(SLAVE, 1000 + i);
		sent += end_cross(SLAVE, sent, 200);
		ends_pass(120);
		came += end_came(MASTER, came, 200);
	}
	stream_few = 0;
	ends_pass(3000);
	came += end_came(MASTER, came, 200);
	assert_int_equal(came, sent);
	assert_true(params_equal(&MASTER->params, &SLAVE->params) ||
	    MASTER->params.mtu == SLAVE->params.mtu);
	assert_int_equal(MASTER->params.naddrs, SLAVE->params.naddrs);
	assert_int_equal(SLAVE->relay.link.sessions, 1);
}

/* The command of -U runs once, when the doll is configured, and is told whom it
 * serves. */
static void
test_hook(void **state)
{
	(void)state;
	options_set(true);
	MASTER->opt.hook = "true";
	helper_hooks = 0;
	both_open();
	assert_int_equal(helper_hooks, 1);
	assert_string_equal(helper_hook_peer,
	    MASTER->relay.link.live->peer.name);
	assert_int_equal(MASTER->params.mtu, 1500);
	assert_int_equal(MASTER->params.naddrs, 3);
	end_change(SLAVE, 1400);
	ends_pass(1000);
	assert_int_equal(MASTER->params.mtu, 1400);
	assert_int_equal(helper_hooks, 1);
}

enum way {
	WAY_PROCESS, /* the process of that end ends, and is started again */
	WAY_CUT, /* the connection is closed under both */
	WAY_NONSENSE, /* that end sends an invalid message */
	WAY_STILL, /* that end is stopped for half a minute, and goes on */
	WAYS
};

/* Ends the session in this way, at end e. */
static void
session_end(struct end *e, enum way way)
{
	static const uint8_t nonsense[16] = { 255, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255, 255 };
	struct end *other = e == SLAVE ? MASTER : SLAVE;
	int i;

	switch (way) {
	case WAY_PROCESS:
		end_close(e);
		ends_pass(100);
		end_open(e);
		break;
	case WAY_CUT:
		(void)shutdown(e->peer, SHUT_RDWR);
		break;
	case WAY_NONSENSE:
		assert_int_equal(write(e->peer, nonsense, sizeof(nonsense)),
		    sizeof(nonsense));
		break;
	default:
		e->stopped = true;
		for (i = 0; i < 5; i++) /* too old when e goes on */
			assert_true(end_cross(other, i, 1514));
		ends_pass(31000);
		e->stopped = false;
		ends_pass(10);
		assert_int_equal(end_came(e, 0, 1514), 0);
	}
}

/* Whether each side has got the other's counters. */
static bool
both_told(void)
{
	return SLAVE->relay.stats.have_peer && MASTER->relay.stats.have_peer;
}

/*
 * A session ends in each way, at each end: both sides notice, and the next
 * session begins by itself.
 */
static void
test_ends(void **state)
{
	struct end *who, *other;
	unsigned way, sessions, i;

	(void)state;
	for (i = 0; i < 4; i++)
		for (way = 0; way < WAYS; way++) {
			options_set(i % 2 == 0);
			both_open();
			assert_true(both_live());
			exchange(3, 1514);
			who = i < 2 ? SLAVE : MASTER;
			other = i < 2 ? MASTER : SLAVE;
			sessions = other->relay.link.sessions;
			session_end(who, way);
			ends_pass(100);
			/* in other ways the next session may live already */
			if (way == WAY_CUT || way == WAY_NONSENSE)
				assert_false(both_live());
			if (MASTER->relay.link.live == NULL)
				assert_false(MASTER->carrier);
			if (SLAVE->relay.link.live == NULL)
				assert_false(SLAVE->attached);
			ends_pass(8000);
			assert_true(both_live());
			assert_true(both_told());
			assert_int_equal(other->relay.link.sessions,
			    sessions + 1);
			exchange(3, 1514);
			(void)teardown(NULL);
		}
}

/*
 * With -1 the process ends.  The status is 0 if the other side has left or the
 * connection was closed, 1 after an invalid message or silence.
 */
static void
test_once(void **state)
{
	struct end *who, *other;
	unsigned way, i;

	(void)state;
	for (i = 0; i < 4; i++)
		for (way = 0; way < WAYS; way++) {
			options_set(i % 2 == 0);
			who = i < 2 ? SLAVE : MASTER;
			other = i < 2 ? MASTER : SLAVE;
			other->opt.once = true;
			both_open();
			assert_true(both_live());
			session_end(who, way);
			ends_pass(100);
			assert_true(other->over);
			assert_int_equal(other->status,
			    way == WAY_NONSENSE || way == WAY_STILL);
			assert_false(who->over);
			(void)teardown(NULL);
		}
}

/* Nobody answers, or the connection closes: the master ends, or retries. */
static void
begins_badly(enum peer_form form, bool fatal)
{
	options_set(true);
	MASTER->opt.form = form;
	interfaces_set();
	end_open(MASTER);
	ends_pass(20000);
	assert_int_equal(MASTER->over, fatal);
	if (fatal)
		assert_int_equal(MASTER->status, 1);
	(void)teardown(NULL);
}

/* After a good session the master retries, whatever happens. */
static void
lives_on(enum peer_form form)
{
	options_set(true);
	MASTER->opt.form = form;
	both_open();
	assert_true(both_live());
	end_close(SLAVE); /* the slave has left: that was a good session */
	ends_pass(5000);
	assert_false(MASTER->over);
	stream_closes = true;
	ends_pass(20000);
	assert_false(MASTER->over);
	stream_closes = false;
	helper_refuses = "syntax error";
	end_open(SLAVE);
	ends_pass(40000);
	assert_false(MASTER->over);
	assert_null(MASTER->relay.link.live);
	helper_refuses = NULL;
	ends_pass(31000);
	assert_true(both_live());
	(void)teardown(NULL);
}

/*
 * Before the first good session: the master ends if its command cannot be run
 * or ends without a message, but retries a connection that fails.  If the slave
 * refuses the filter the master ends, and the slave goes on.  After a good
 * session the master always retries.
 */
static void
test_fatal(void **state)
{
	(void)state;
	begins_badly(PEER_EXEC, true);
	begins_badly(PEER_CONNECT, false);
	stream_closes = true;
	begins_badly(PEER_EXEC, true);
	stream_closes = true;
	begins_badly(PEER_CONNECT, false);

	options_set(true);
	(void)strcpy(MASTER->opt.filter, "no filter");
	helper_refuses = "syntax error";
	both_open();
	assert_true(MASTER->over);
	assert_int_equal(MASTER->status, 1);
	assert_false(SLAVE->over);
	(void)teardown(NULL);

	lives_on(PEER_CONNECT);
	lives_on(PEER_EXEC);
}

/*
 * If the doll cannot be made again the process ends, also while a change of the
 * real interface still has to be set on it.
 */
static void
test_doll_lost(void **state)
{
	int i;

	(void)state;
	options_set(true);
	interfaces_set();
	end_open(SLAVE);
	end_open(MASTER);
	for (i = 0; i < 3000 && !both_live(); i++)
		ends_pass(1);
	end_change(SLAVE, 1400); /* too soon after the last: it has to wait */
	ends_pass(10);
	MASTER->gone = true;
	ends_pass(3000);
	assert_true(MASTER->over);
	assert_int_equal(MASTER->status, 1);
}

/* One peer's wishes do not apply to the next one. */
static void
test_settings(void **state)
{
	int i;

	(void)state;
	options_set(true);
	both_open();
	for (i = 0; i < 4; i++) {
		bool all = i % 2 == 0;

		end_close(MASTER);
		ends_pass(100);
		assert_false(SLAVE->promisc);
		assert_false(SLAVE->attached);
		MASTER->opt.promisc = MASTER->opt.readonly =
		    MASTER->opt.coalesce = all;
		(void)strcpy(MASTER->opt.filter, all ? "icmp" : "");
		interfaces_set();
		end_open(MASTER);
		ends_pass(1500);
		assert_true(both_live());
		assert_int_equal(SLAVE->promisc, all);
		assert_int_equal(SLAVE->relay.drop_down, all);
		assert_int_equal(SLAVE->relay.up.join != 0, all);
		assert_string_equal(helper_compiled.theirs, all ? "icmp" : "");
	}
	for (i = 0; i < 4; i++) {
		end_close(SLAVE);
		ends_pass(100);
		SLAVE->opt.readonly = i % 2 == 0;
		end_open(SLAVE);
		ends_pass(8000);
		assert_true(both_live());
		assert_int_equal(MASTER->relay.drop_up, i % 2 == 0);
	}
}

/* The peer leaves, and both sides have time to see that. */
static void
peer_leave(void)
{
	end_close(MASTER);
	ends_pass(1000);
	assert_null(SLAVE->relay.link.live);
	assert_false(SLAVE->attached);
}

/* A new peer comes, whose filter is not compiled yet. */
static void
peer_come(void)
{
	interfaces_set();
	compiler.slow = true;
	end_open(MASTER);
	ends_pass(1500);
	assert_int_not_equal(compiler.out, -1);
	assert_false(SLAVE->attached);
	assert_false(SLAVE->over);
}

/*
 * Nothing is captured before the filter is compiled; the relay does its other
 * work meanwhile.
 */
static void
test_filter_late(void **state)
{
	unsigned stopped, sessions;

	(void)state;
	options_set(true);
	interfaces_set();
	end_open(SLAVE);
	peer_come();
	assert_true(end_cross(SLAVE, 0, 1514)); /* before the session */
	ends_pass(1000);
	assert_int_equal(end_came(MASTER, 0, 1514), 0);
	compile_answer();
	ends_pass(1500);
	assert_true(both_live());

	/* the peer goes before the answer: nobody waits for it any more */
	peer_leave();
	peer_come();
	stopped = compiler.stopped;
	peer_leave();
	assert_int_equal(compiler.out, -1);
	assert_int_equal(compiler.stopped, stopped + 1);

	/* the answer comes in the turn in which the peer goes */
	peer_come();
	stopped = compiler.stopped;
	end_close(MASTER);
	compile_answer();
	ends_pass(1000);
	assert_int_equal(compiler.stopped, stopped + 1);
	assert_null(SLAVE->relay.link.live);
	assert_false(SLAVE->attached);

	/* a filter that is refused late ends that session alone */
	peer_come();
	sessions = SLAVE->relay.link.sessions;
	helper_refuses = "too long";
	compile_answer();
	ends_pass(1000);
	assert_null(SLAVE->relay.link.live);
	assert_false(SLAVE->attached);
	assert_true(MASTER->over); /* it would be refused again */
	assert_false(SLAVE->over);
	helper_refuses = NULL;
	end_close(MASTER);
	peer_come();
	compile_answer();
	ends_pass(1500);
	assert_true(both_live());
	assert_true(SLAVE->relay.link.sessions > sessions);
	exchange(3, 1514);
}

/* SIGTERM ends a slave whose filter is being compiled. */
static void
test_filter_late_ended(void **state)
{
	(void)state;
	options_set(true);
	interfaces_set();
	end_open(SLAVE);
	peer_come();
	MASTER->stopped = true; /* both have the process's signals */
	assert_int_equal(raise(SIGTERM), 0);
	ends_pass(5000);
	assert_true(SLAVE->over);
	assert_int_equal(SLAVE->status, 0);
	end_close(SLAVE);
	assert_int_equal(compiler.out, -1); /* it is given up */
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_both_ways),
		TEST(test_readonly),
		TEST(test_backpressure),
		TEST(test_watch_blocked),
		TEST(test_watch_slow),
		TEST(test_hook),
		TEST(test_ends),
		TEST(test_once),
		TEST(test_fatal),
		TEST(test_doll_lost),
		TEST(test_settings),
		TEST(test_filter_late),
		TEST(test_filter_late_ended),
	};

	int failed;

	said_open();
	if (signals_open() == -1)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (failed != 0)
		said_show();
	return failed;
}

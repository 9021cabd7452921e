/* SPDX-License-Identifier: ISC */
/* Two sessions over a stream in memory with short calls and errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <poll.h>

#include "clock.h"
#include "fake_peer.h"
#include "log.h"
#include "session/session.h"

#define FRAMES 400

static struct params heard_params;
static int heard_hellos;

static void
heard(void *arg, struct session *s, struct message *m)
{
	(void)arg;
	(void)s;
	if (m->kind == MSG_PARAMS && m->complete)
		heard_params = m->params;
	if (m->kind == MSG_HELLO)
		heard_hellos++;
}

struct ends {
	struct session *master, *slave;
};

static void
ends_open(struct ends *e, unsigned seed, const struct dialect *dialect,
    bool master_connects)
{
	struct peer a, b;
	struct hello slave = { .role = ROLE_SLAVE,
		.linktype = LINK_ETHERNET,
		.can = CAP_ALL,
		.maxframe = FRAME_MAX };
	struct hello master = { .role = ROLE_MASTER,
		.can = CAP_CSUM,
		.can_timestamps = true,
		.want = WANT_TIMESTAMPS | WANT_PROMISC,
		.maxframe = FRAME_MAX };

	slave.can_timestamps = true;
	(void)strcpy(master.filter, "icmp");
	fake_reset(seed);
	fake_connect(&a, &b);
	e->master = session_new(master_connects ? &a : &b, &master,
	    master_connects ? dialect : NULL);
	e->slave = session_new(master_connects ? &b : &a, &slave,
	    master_connects ? NULL : dialect);
	assert_non_null(e->master);
	assert_non_null(e->slave);
	e->master->on_message = e->slave->on_message = heard;
}

static void
ends_close(struct ends *e)
{
	session_free(e->master);
	session_free(e->slave);
}

static void
ends_turn(struct ends *e)
{
	session_output(e->master);
	session_output(e->slave);
	session_input(e->master);
	session_input(e->slave);
}

static void
ends_hello(struct ends *e)
{
	int i;

	for (i = 0; i < 1000; i++) {
		ends_turn(e);
		if (e->slave->state == SESSION_READY &&
		    e->master->state == SESSION_READY)
			break;
	}
	assert_int_equal(e->slave->state, SESSION_READY);
	assert_int_equal(e->master->state, SESSION_READY);
	session_open(e->slave);
	session_open(e->master);
}

static void
fill(struct frame *f, uint8_t *data, int number, uint32_t max)
{
	uint32_t i;

	memset(f, 0, sizeof(*f));
	f->len = FRAME_MIN + (uint32_t)(number * 7919) % (max - FRAME_MIN);
	f->data = data;
	for (i = 0; i < f->len; i++)
		data[i] = (uint8_t)(i * 31 + (uint32_t)number);
	f->outbound = number % 3 == 0;
	f->when_ns = (uint64_t)number * 1000;
}

static void
same(const struct frame *got, int number, uint32_t max, bool native)
{
	static uint8_t data[FRAME_MAX];
	struct frame want;

	fill(&want, data, number, max);
	assert_int_equal(got->len, want.len);
	assert_memory_equal(got->data, want.data, want.len);
	if (!native)
		return;
	assert_int_equal(got->outbound, want.outbound);
	assert_int_equal(got->when_ns, want.when_ns);
}

/* Carries frames from slave to master: each once, in order, unchanged. */
static void
carry(struct ends *e, uint32_t max)
{
	static uint8_t data[FRAME_MAX];
	struct frame out, in[8];
	int i, n, sent = 0, got = 0, turns = 0;

	while (got < FRAMES && ++turns < 200000) {
		if (sent < FRAMES) {
			fill(&out, data, sent, max);
			sent += session_send(e->slave, &out, 1);
			memset(data, 0xee, sizeof(data));
		}
		ends_turn(e);
		n = session_recv(e->master, in, 8);
		for (i = 0; i < n; i++)
			same(&in[i], got++, max,
			    e->slave->codec.dialect->pings);
	}
	assert_int_equal(got, FRAMES);
	assert_int_equal(e->slave->oversize, 0);
	assert_int_equal(e->slave->sent_frames, FRAMES);
}

static void
test_native(void **state)
{
	struct ends e;
	unsigned seed;

	(void)state;
	for (seed = 0; seed < 12; seed++) {
		ends_open(&e, seed, &dialect_native, seed % 2 == 0);
		ends_hello(&e);
		assert_int_equal(e.slave->theirs.role, ROLE_MASTER);
		assert_int_equal(e.slave->theirs.can, CAP_CSUM);
		assert_string_equal(e.slave->theirs.filter, "icmp");
		assert_int_equal(e.master->theirs.role, ROLE_SLAVE);
		assert_int_equal(e.master->theirs.linktype, LINK_ETHERNET);
		assert_true(e.slave->codec.timestamps);
		carry(&e, FRAME_MAX);
		ends_close(&e);
	}
}

static void
test_legacy(void **state)
{
	const struct dialect *d[] = { &dialect_legacy03, &dialect_legacy04 };
	struct message m = { .kind = MSG_PARAMS };
	struct ends e;
	unsigned seed;

	(void)state;
	m.params.have_mac = m.params.have_mtu = m.params.have_addrs = true;
	memcpy(m.params.mac, "\x02\0\0\0\0\x07", 6);
	m.params.mtu = 1400;
	m.params.naddrs = 1;
	assert_int_equal(addr_parse("192.0.2.1/24", &m.params.addrs[0].addr),
	    0);
	for (seed = 0; seed < 12; seed++) {
		memset(&heard_params, 0, sizeof(heard_params));
		ends_open(&e, seed, d[seed % 2], seed % 3 == 0);
		ends_hello(&e);
		session_say(e.slave, &m);
		carry(&e, 1400);
		assert_int_equal(heard_params.mtu, 1400);
		assert_memory_equal(heard_params.mac, m.params.mac, 6);
		assert_int_equal(heard_params.naddrs, 1);
		assert_int_equal(heard_params.addrs[0].addr.addr_bits, 24);
		ends_close(&e);
	}
}

/* Frames too large for the peer are counted; the others arrive. */
static void
test_oversize(void **state)
{
	static uint8_t data[3][FRAME_MAX];
	struct frame f[3];
	struct ends e;
	int i;

	(void)state;
	ends_open(&e, 0, &dialect_legacy03, true);
	ends_hello(&e);
	for (i = 0; i < 3; i++)
		fill(&f[i], data[i], i, FRAME_MAX);
	f[0].len = 60;
	f[1].len = FRAME_MAX;
	f[2].len = 61;
	assert_int_equal(session_send(e.slave, f, 3), 3);
	assert_int_equal(e.slave->oversize, 1);
	assert_int_equal(e.slave->sent_frames, 2);
	assert_int_equal(e.slave->sent_bytes, 121);
	ends_turn(&e);
	assert_int_equal(session_recv(e.master, f, 3), 2);
	assert_int_equal(f[0].len, 60);
	assert_int_equal(f[1].len, 61);
	ends_close(&e);
}

static void
test_ping(void **state)
{
	struct message pong = { .kind = MSG_PONG };
	struct ends e;
	struct frame f;
	uint64_t now;

	(void)state;
	ends_open(&e, 0, &dialect_native, true);
	ends_hello(&e);
	/* a session begins with a PING */
	assert_int_not_equal(e.slave->up.window.npings, 0);
	/* the answer to another question */
	pong.token = e.slave->up.window.asked_us - 1;
	session_say(e.master, &pong);
	session_input(e.slave);
	assert_int_equal(session_recv(e.slave, &f, 1), 0);
	assert_int_equal(e.slave->rtt_us, 0);
	assert_int_not_equal(e.slave->up.window.npings, 0);
	ends_turn(&e);
	assert_int_equal(session_recv(e.master, &f, 1), 0);
	ends_turn(&e);
	assert_int_equal(session_recv(e.slave, &f, 1), 0);
	now = e.slave->heard_ms;
	assert_true(session_tick(e.slave, now) <= now + SESSION_PING_MS);
	assert_int_equal(e.slave->up.window.npings, 0);
	(void)session_tick(e.slave, e.slave->said_ms + SESSION_PING_MS);
	pong.token = e.slave->up.window.asked_us;
	assert_int_not_equal(pong.token, 0);
	ends_turn(&e);
	assert_int_equal(session_recv(e.master, &f, 1), 0);
	ends_turn(&e);
	assert_int_equal(session_recv(e.slave, &f, 1), 0);
	assert_int_equal(e.slave->up.window.npings, 0);
	assert_in_range(e.slave->rtt_us, 1, 5000000);
	assert_in_range(e.slave->rtt_min_us, 1, e.slave->rtt_us);
	/* nobody has asked */
	e.slave->rtt_us = 0;
	session_say(e.master, &pong);
	session_input(e.slave);
	assert_int_equal(session_recv(e.slave, &f, 1), 0);
	assert_int_equal(e.slave->rtt_us, 0);
	ends_close(&e);
}

/* A MARK is answered only after all frames before it were taken. */
static void
test_mark(void **state)
{
	struct message pad = { .kind = MSG_PAD, .pad = 4000 };
	struct message pong = { .kind = MSG_PONG, .token = 1 };
	struct ends e;
	struct frame f;
	uint8_t data[60] = { 0 };

	(void)state;
	ends_open(&e, 0, &dialect_native, true);
	ends_hello(&e);
	f = (struct frame) { .data = data, .len = sizeof(data) };
	assert_int_equal(session_send(e.slave, &f, 1), 1);
	session_say(e.slave, &pad);
	session_mark(e.slave);
	session_ping(e.slave); /* does not disturb it */
	session_say(e.master, &pong); /* nobody asked */
	ends_turn(&e);
	assert_int_equal(session_recv(e.slave, &f, 1), 0);
	assert_int_not_equal(e.slave->mark, 0);
	assert_int_equal(session_recv(e.master, &f, 1), 1);
	assert_int_equal(session_recv(e.master, &f, 1), 0);
	ends_turn(&e);
	assert_int_equal(session_recv(e.slave, &f, 1), 0);
	assert_int_equal(e.slave->mark, 0);
	assert_int_equal(e.slave->up.window.npings, 0);
	ends_close(&e);
}

/*
 * A peer that reads a few bytes at a time and never all: the waiting bytes move
 * on in the buffer, and must never be written past its end.
 */
static void
test_slow_reader(void **state)
{
	static const uint32_t ahead[] = { 60, 5000, FRAME_MAX };
	struct message pad = { .kind = MSG_PAD, .pad = 3000 };
	static uint8_t data[FRAME_MAX];
	struct ends e;
	struct frame f, in;
	size_t i, had;

	(void)state;
	for (i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++) {
		uint64_t said = 0, came = 0;

		ends_open(&e, 0, &dialect_native, true);
		ends_hello(&e);
		ends_turn(&e);
		fake_few = 7;
		fill(&f, data, 3, FRAME_MAX);
		f.len = ahead[i];
		assert_int_equal(session_send(e.slave, &f, 1), 1);
		while (said < 4 * (uint64_t)SESSION_OUT) {
			if (e.slave->outlen < 16000) {
				session_say(e.slave, &pad);
				said += pad.pad;
			}
			assert_int_equal(e.slave->state, SESSION_OPEN);
			assert_true(e.slave->outlen > 0);
			assert_true(
			    e.slave->outoff + e.slave->outlen <= SESSION_OUT);
			had = fake_pipes[e.slave->peer.wfd].len;
			session_output(e.slave);
			came += fake_pipes[e.slave->peer.wfd].len - had;
			session_input(e.master);
			if (session_recv(e.master, &in, 1) == 1) {
				assert_int_equal(in.len, f.len);
				assert_memory_equal(in.data, data, in.len);
			}
			assert_int_equal(e.master->state, SESSION_OPEN);
		}
		assert_true(came > 3 * (uint64_t)SESSION_OUT);
		ends_close(&e);
	}
}

static void
test_dead(void **state)
{
	struct ends e;

	(void)state;
	ends_open(&e, 0, &dialect_native, true);
	ends_hello(&e);
	(void)session_tick(e.slave, e.slave->heard_ms + SESSION_DEAD_MS - 1);
	assert_int_equal(e.slave->state, SESSION_OPEN);
	(void)session_tick(e.slave, e.slave->heard_ms + SESSION_DEAD_MS);
	assert_int_equal(e.slave->state, SESSION_OVER);
	assert_non_null(strstr(e.slave->why, "30 seconds"));
	ends_close(&e);
}

/* The session ends after the first of n frames: each lost one is counted. */
static void
test_left(void **state)
{
	static uint8_t data[FRAME_MAX];
	struct frame f, in;
	struct ends e;
	uint64_t left;
	int i, sent = 0, n = 0, seed;

	(void)state;
	for (seed = 0; seed < 50; seed++) {
		ends_open(&e, (unsigned)seed, &dialect_native, true);
		ends_hello(&e);
		for (i = sent = n = 0; i < 9; i++) {
			fill(&f, data, i + seed, 5000);
			sent += session_send(e.slave, &f, 1);
			session_input(e.master);
		}
		for (i = 0; i < 9 && n == 0; i++) {
			session_input(e.master);
			n = session_recv(e.master, &in, 1);
		}
		session_over(e.slave, SESSION_LEFT, "test");
		for (i = 0; i < 99; i++)
			session_input(e.master);
		session_over(e.master, SESSION_LEFT, "test");
		assert_int_equal(session_unread_frames(e.slave), 0);
		assert_int_equal(e.slave->sent_frames + e.slave->cut_off,
		    (uint64_t)sent);
		assert_in_range(e.slave->cut_off, 0, 1);
		left = session_unread_frames(e.master);
		assert_int_equal((uint64_t)n + left, e.slave->sent_frames);
		assert_int_equal(session_unread_frames(e.master), 0);
		ends_close(&e);
	}
}

static void
test_no_hello(void **state)
{
	struct ends e;

	(void)state;
	ends_open(&e, 0, &dialect_native, true);
	(void)session_tick(e.slave, e.slave->born_ms + SESSION_HELLO_MS - 1);
	assert_int_equal(e.slave->state, SESSION_GREETING);
	(void)session_tick(e.slave, e.slave->born_ms + SESSION_HELLO_MS);
	assert_int_equal(e.slave->state, SESSION_OVER);
	ends_close(&e);
}

/* A stranger's first bytes: the message names the protocol. */
static void
test_strangers(void **state)
{
	static const struct {
		const char *bytes, *named;
	} stranger[] = {
		{ "GET / HTTP/1.1\r\n\r\n", "HTTP" },
		{ "SSH-2.0-OpenSSH_9.2\r\n", "SSH" },
		{ "\x16\x03\x01\x02\x01\x01\x01\x01", "TLS" },
		{ "Welcome\x1b[0m\r\n", "Welcome\\x1b[0m" },
	};
	struct ends e;
	size_t i;
	int side;

	(void)state;
	for (i = 0; i < sizeof(stranger) / sizeof(stranger[0]); i++)
		for (side = 0; side < 2; side++) {
			struct session *s;
			struct fake_pipe *p;

			ends_open(&e, 0, &dialect_native, true);
			s = side == 0 ? e.master : e.slave;
			p = &fake_pipes[s->peer.rfd];
			p->len = strlen(stranger[i].bytes);
			memcpy(p->data, stranger[i].bytes, p->len);
			session_input(s);
			assert_int_equal(s->state, SESSION_OVER);
			assert_non_null(strstr(s->why, stranger[i].named));
			ends_close(&e);
		}
}

/* Every prefix of a valid session, then end of file. */
static void
test_prefixes(void **state)
{
	static uint8_t whole[4096], data[FRAME_MAX];
	struct ends e;
	struct frame f;
	size_t len, cut;

	(void)state;
	ends_open(&e, 0, &dialect_native, true);
	len = fake_pipes[1].len;
	memcpy(whole, fake_pipes[1].data, len);
	assert_in_range(len, 16, 2000);
	fill(&f, data, 1, 300);
	len += e.master->codec.dialect->head(&e.master->codec, whole + len, &f);
	memcpy(whole + len, data, f.len);
	len += f.len;
	ends_close(&e);
	for (cut = 0; cut <= len; cut++) {
		ends_open(&e, 0, &dialect_native, true);
		memcpy(fake_pipes[1].data, whole, cut);
		fake_pipes[1].len = cut;
		fake_pipes[1].closed = 1;
		session_input(e.slave);
		if (e.slave->state == SESSION_READY) {
			session_open(e.slave);
			(void)session_recv(e.slave, &f, 1);
		}
		session_input(e.slave);
		assert_int_equal(e.slave->state, SESSION_OVER);
		ends_close(&e);
	}
}

/* How each BYE ends its sender and its receiver. */
static void
test_bye(void **state)
{
	static const struct {
		enum bye_code code;
		enum session_end said, heard;
	} cases[] = {
		{ BYE_END, SESSION_LEFT, SESSION_LEFT },
		{ BYE_BUSY, SESSION_REFUSED, SESSION_REFUSED },
		{ BYE_VERSION, SESSION_REFUSED, SESSION_HOPELESS },
		{ BYE_FILTER, SESSION_REFUSED, SESSION_HOPELESS },
		{ BYE_PROTOCOL, SESSION_FAILED, SESSION_FAILED },
		{ BYE_LINKTYPE, SESSION_REFUSED, SESSION_HOPELESS },
		{ BYE_TIMEOUT, SESSION_FAILED, SESSION_FAILED },
		{ BYE_INTERFACE, SESSION_REFUSED, SESSION_REFUSED },
		{ BYE_EXCLUSIVE, SESSION_REFUSED, SESSION_HOPELESS },
		{ 4711, SESSION_REFUSED, SESSION_REFUSED },
	};
	struct ends e;
	struct frame f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ends_open(&e, 0, &dialect_native, true);
		ends_hello(&e);
		assert_int_equal(e.master->end, SESSION_LIVES);
		session_bye(e.slave, cases[i].code, "filter: %s",
		    "syntax error");
		assert_int_equal(e.slave->end, cases[i].said);
		ends_turn(&e);
		(void)session_recv(e.master, &f, 1);
		assert_int_equal(e.master->state, SESSION_OVER);
		assert_int_equal(e.master->end, cases[i].heard);
		if (cases[i].code == BYE_FILTER)
			assert_non_null(strstr(e.master->why, "syntax error"));
		ends_close(&e);
	}
}

/* Messages before a close are heard, also if a write sees the close first. */
static void
test_last_words(void **state)
{
	static uint8_t data[FRAME_MAX];
	struct message ping = { .kind = MSG_PING, .token = 7 };
	struct frame f;
	struct ends e;
	int bye;

	(void)state;
	for (bye = 0; bye < 2; bye++) {
		ends_open(&e, 0, &dialect_native, true);
		ends_hello(&e);
		fill(&f, data, 1, 1000);
		assert_int_equal(session_send(e.slave, &f, 1), 1);
		session_say(e.slave, &ping);
		if (bye)
			session_bye(e.slave, BYE_BUSY, "busy");
		peer_close(&e.slave->peer);
		fake_broken = EPIPE;
		assert_int_equal(session_send(e.master, &f, 1), 0);
		assert_int_equal(e.master->state, SESSION_OVER);
		session_hear_out(e.master);
		assert_int_equal(e.master->state, SESSION_OVER);
		assert_string_equal(e.master->why,
		    bye ? "it serves another session" : "closed");
		assert_int_equal(e.master->bye, bye ? BYE_BUSY : 0);
		assert_int_equal(e.master->end,
		    bye ? SESSION_REFUSED : SESSION_LEFT);
		ends_close(&e);
	}
}

/* A session that is over stays so; a closed peer's first message is heard. */
static void
test_unwritten(void **state)
{
	static const char words[] = "HTTP/1.1 302 Found\r\n";
	struct hello ours = { .role = ROLE_MASTER, .maxframe = FRAME_MAX };
	struct message ping = { .kind = MSG_PING, .token = 7 };
	struct session *s;
	struct peer a, b;
	struct ends e;

	(void)state;
	fake_reset(0);
	fake_connect(&a, &b);
	fake_broken = EHOSTUNREACH;
	s = session_new(&a, &ours, &dialect_native);
	assert_int_equal(s->state, SESSION_OVER);
	assert_non_null(strstr(s->why, strerror(EHOSTUNREACH)));
	session_free(s);
	fake_reset(0);
	fake_broken = EPIPE;
	(void)strcpy((char *)fake_pipes[0].data, words);
	fake_pipes[0].len = strlen(words);
	fake_pipes[0].closed = 1;
	s = session_new(&a, &ours, &dialect_native);
	assert_int_equal(s->state, SESSION_GREETING);
	session_input(s);
	assert_non_null(strstr(s->why, "HTTP"));
	session_free(s);
	ends_open(&e, 0, &dialect_native, true);
	ends_turn(&e);
	ends_turn(&e);
	assert_int_equal(e.slave->state, SESSION_READY);
	fake_broken = EHOSTUNREACH;
	session_say(e.slave, &ping);
	session_open(e.slave);
	assert_int_equal(e.slave->state, SESSION_OVER);
	ends_close(&e);
}

/* A command's time for its HELLO begins with its first byte. */
static void
test_command_late(void **state)
{
	struct ends e;
	uint64_t late;

	(void)state;
	ends_open(&e, 0, &dialect_native, true);
	e.master->peer.form = PEER_EXEC;
	e.master->born_ms -= 3 * SESSION_HELLO_MS;
	late = e.master->first_ms - 3 * SESSION_HELLO_MS;
	e.master->first_ms = late;
	assert_int_equal(session_tick(e.master, late + SESSION_HELLO_MS - 1),
	    late + SESSION_HELLO_MS);
	assert_false(e.master->told);
	(void)session_tick(e.master, late + 2 * SESSION_HELLO_MS);
	assert_true(e.master->told);
	memcpy(fake_pipes[0].data, "EPU", 3);
	fake_pipes[0].len = 3;
	session_input(e.master);
	assert_true(e.master->first_ms > late + SESSION_HELLO_MS);
	late = e.master->first_ms + SESSION_HELLO_MS;
	assert_int_equal(session_tick(e.master, late - 1), late);
	assert_int_equal(e.master->state, SESSION_GREETING);
	(void)session_tick(e.master, late);
	assert_int_equal(e.master->state, SESSION_OVER);
	ends_close(&e);
}

static void
test_later_hello(void **state)
{
	struct message m = { .kind = MSG_HELLO };
	struct ends e;
	struct frame f;

	(void)state;
	ends_open(&e, 0, &dialect_native, true);
	ends_hello(&e);
	heard_hellos = 0;
	m.hello = e.master->ours;
	m.hello.want = WANT_READONLY;
	m.hello.role = ROLE_SLAVE;
	m.hello.linktype = LINK_RAW;
	m.hello.can = CAP_ALL;
	m.hello.maxframe = 14;
	m.hello.filter[0] = '\0';
	session_say(e.master, &m);
	ends_turn(&e);
	(void)session_recv(e.slave, &f, 1);
	assert_int_equal(heard_hellos, 1);
	assert_int_equal(e.slave->theirs.want, WANT_READONLY);
	/* nothing else changes within a session */
	assert_int_equal(e.slave->theirs.role, ROLE_MASTER);
	assert_int_equal(e.slave->theirs.linktype, LINK_ANY);
	assert_int_equal(e.slave->theirs.can, CAP_CSUM);
	assert_int_equal(e.slave->theirs.maxframe, FRAME_MAX);
	assert_string_equal(e.slave->theirs.filter, "icmp");
	ends_close(&e);
}

/* A flood does not keep the loop: so many messages in a turn, frames besides */
static void
test_turn(void **state)
{
	static uint8_t data[FRAME_MAX];
	struct message m = { .kind = MSG_HELLO };
	struct frame f;
	struct ends e;
	int i, turns;

	(void)state;
	ends_open(&e, 0, &dialect_native, true);
	ends_hello(&e);
	ends_turn(&e); /* the PINGs of the beginning */
	(void)session_recv(e.slave, &f, 1);
	heard_hellos = 0;
	m.hello = e.master->ours;
	for (i = 0; i < 3 * SESSION_TURN; i++)
		session_say(e.master, &m);
	fill(&f, data, 1, 1000);
	assert_int_equal(session_send(e.master, &f, 1), 1);
	ends_turn(&e);
	for (turns = 1; turns <= 3; turns++) {
		(void)session_tick(e.slave, clock_ms());
		assert_int_equal(session_recv(e.slave, &f, 1), 0);
		assert_int_equal(heard_hellos, turns * SESSION_TURN);
		assert_true(e.slave->more);
		assert_int_equal(session_read_events(e.slave, true), 0);
	}
	(void)session_tick(e.slave, clock_ms());
	assert_int_equal(session_recv(e.slave, &f, 1), 1);
	assert_false(e.slave->more);
	assert_int_not_equal(session_read_events(e.slave, true), 0);
	ends_close(&e);
}

/* HELLO is the first message: nothing else is answered before it. */
static void
test_hello_first(void **state)
{
	static const uint8_t first[][16] = {
		{ 4, [7] = 8 }, /* PING */
		{ 8 }, /* PAD */
		{ 200 }, { 3, [7] = 1 }, /* FRAME */
	};
	struct hello ours = { .role = ROLE_SLAVE, .linktype = LINK_ETHERNET };
	uint8_t preamble[WIRE_PREAMBLE];
	struct session *s;
	struct peer a, b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		fake_reset(0);
		fake_connect(&a, &b);
		s = session_new(&b, &ours, NULL);
		assert_non_null(s);
		wire_preamble(preamble);
		memcpy(fake_pipes[b.rfd].data, preamble, sizeof(preamble));
		memcpy(fake_pipes[b.rfd].data + sizeof(preamble), first[i],
		    sizeof(first[i]));
		fake_pipes[b.rfd].len = sizeof(preamble) + sizeof(first[i]);
		session_input(s);
		assert_int_equal(s->state, SESSION_OVER);
		assert_non_null(strstr(s->why, "protocol error"));
		session_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_native),
		cmocka_unit_test(test_legacy),
		cmocka_unit_test(test_oversize),
		cmocka_unit_test(test_ping),
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_dead),
		cmocka_unit_test(test_left),
		cmocka_unit_test(test_no_hello),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_bye),
		cmocka_unit_test(test_last_words),
		cmocka_unit_test(test_unwritten),
		cmocka_unit_test(test_command_late),
		cmocka_unit_test(test_later_hello),
		cmocka_unit_test(test_turn),
		cmocka_unit_test(test_hello_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

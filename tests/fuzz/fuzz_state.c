/* SPDX-License-Identifier: ISC */
/*
 * A slave and a master through a whole life of sessions: see relays.h.  The
 * first bytes of the input choose options, each further one is something that
 * happens: time, frames, changes, faults, bytes that a hostile peer sends.  At
 * the end all faults stop: then a session must begin by itself and carry frames
 * both ways, unless a process has ended, which only options allow.
 */
#undef _FORTIFY_SOURCE /* glibc then has an inline ppoll(): here is another */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define assert_int_equal(a, b)	     ((a) == (b) ? (void)0 : abort())
#define assert_memory_equal(a, b, n) (memcmp(a, b, n) == 0 ? (void)0 : abort())

#include "../unit/relays.h"
#include "bytes.h"
#include "session/wire_body.h"
#include "signals.h"

#define FRAME	   200 /* bytes of the largest frame that we send */
#define STEPS	   200 /* things that happen, at most */
#define RECOVER_MS 200000 /* the longest wait for a retry, and some more */
#define TURNS_MS   200 /* turns in a millisecond, before that is a busy loop */
#define BACKLOG	   2000000 /* bytes that may wait on a slow stream */

static struct input {
	const uint8_t *at;
	size_t len;
} input;

static uint8_t
next(void)
{
	if (input.len == 0)
		return 0;
	input.len--;
	return *input.at++;
}

/* Up to `size' bytes of the input, for the peer. */
static size_t
next_bytes(uint8_t *out, size_t size)
{
	size_t i, n = next();

	for (i = 0; i < n && i < size && input.len > 0; i++)
		out[i] = next();
	return i;
}

/* The log is for nobody; sanitizers and libFuzzer do not use this one. */
ssize_t
write(int fd, const void *data, size_t len)
{
	struct iovec iov = { (void *)(uintptr_t)data, len };

	return fd == STDERR_FILENO ? (ssize_t)len : writev(fd, &iov, 1);
}

/* ---- the two ends ---- */

static void
params_begin(struct end *e, const char *name)
{
	memset(&e->params, 0, sizeof(e->params));
	(void)strcpy(e->params.name, name);
	e->params.flags = PARAM_UP | PARAM_RUNNING;
	e->params.linktype = LINK_ETHERNET;
	e->params.have_mac = e->params.have_mtu = e->params.have_addrs = true;
	e->params.mac[0] = 2;
	e->params.mtu = 1500;
}

static void
options_next(struct end *e, enum role role, bool listens)
{
	static const struct dialect *const legacy[] = { NULL, NULL,
		&dialect_legacy03, &dialect_legacy04 };
	uint8_t a = next(), b = next();

	e->opt = (struct options) { .role = role,
		.form = listens ? PEER_LISTEN :
		    a & 1	? PEER_EXEC :
				  PEER_CONNECT,
		.peer = "gw:1234",
		.interface = role == ROLE_SLAVE ? "wan" : NULL,
		.npairs = role == ROLE_SLAVE,
		.delay = a & 2 ? 200 : 0,
		.nocopy = (a & 4) != 0,
		.up = (a & 8) != 0,
		.promisc = (a & 16) != 0,
		.coalesce = (a & 32) != 0,
		.segment = (a & 64) != 0,
		.readonly = (a & 128) != 0,
		.stats = b & 1,
		.legacy = listens ? NULL : legacy[b >> 1 & 3] };
	if (role == ROLE_SLAVE)
		(void)addr_parse("192.0.2.1", &e->opt.pairs[0].src);
}

/* ---- frames: byte 14 and on say the number, and decide the rest ---- */

static struct way {
	uint32_t sent, came; /* numbers of the next and of the last frame */
} ways[2]; /* by the end that sends */
static bool hostile; /* somebody may have made frames up */

static uint32_t
numbered(uint8_t *out, uint32_t number)
{
	uint32_t i, len = 18 + number * 7919 % (FRAME - 18);

	for (i = 0; i < len; i++)
		out[i] = (uint8_t)(i * 31 + number * 7);
	memset(out, 2, 12);
	out[12] = 0x88;
	out[13] = 0xb5;
	put32(out + 14, number);
	return len;
}

static void
frames_send(struct end *e, unsigned n)
{
	struct way *w = &ways[e - ends];
	uint8_t data[FRAME];
	uint32_t len;

	for (; n > 0 && e->port != NULL; n--) {
		len = numbered(data, w->sent + 1);
		if (send(port_pair_other(e->port), data, len, MSG_NOSIGNAL) ==
		    (ssize_t)len)
			w->sent++;
	}
}

/* What came out of e: in order, none twice, every byte as it was. */
static void
frames_check(struct end *e)
{
	struct way *w = &ways[1 - (e - ends)];
	static uint8_t data[FRAME_MAX];
	uint8_t want[FRAME];
	uint32_t number;
	ssize_t len;

	while (e->port != NULL &&
	    (len = recv(port_pair_other(e->port), data, sizeof(data), 0)) > 0) {
		if (hostile)
			continue;
		number = len >= 18 ? get32(data + 14) : 0;
		if (number <= w->came || number > w->sent ||
		    numbered(want, number) != (uint32_t)len ||
		    memcmp(want, data, (size_t)len) != 0)
			abort();
		w->came = number;
	}
}

/* ---- what happens ---- */

static void
pass(unsigned ms)
{
	unsigned turns = SLAVE->turns + MASTER->turns;
	unsigned most = (ms + 100) * TURNS_MS;

	if (stream_few != 0) /* a turn moves so many bytes */
		most += BACKLOG / (unsigned)stream_few;
	ends_pass(ms);
	if (SLAVE->turns + MASTER->turns - turns > most)
		abort();
	frames_check(SLAVE);
	frames_check(MASTER);
}

/* A peer of the running kind writes into its stream: any message, or any
 * bytes. */
static void
inject(struct end *e, bool message)
{
	uint8_t data[WIRE_HEADER + 255] = { 0 };
	size_t n;

	hostile = true;
	if (e->peer == -1)
		return;
	if (!message)
		n = next_bytes(data, sizeof(data));
	else {
		data[0] = next() % (TYPE_MARK + 2);
		data[1] = next();
		n = next_bytes(data + WIRE_HEADER, 255);
		put32(data + 4, (uint32_t)n);
		n += WIRE_HEADER;
	}
	(void)!send(e->peer, data, n, MSG_NOSIGNAL);
}

static void
change(struct end *e)
{
	struct param_addr a = { .kind = PARAM_NONE };
	uint8_t what = next();

	if (what & 1)
		e->params.mtu = 1000 + next();
	if (what & 2)
		e->params.mac[5] = next();
	if (what & 4)
		e->params.flags ^= PARAM_RUNNING;
	if (what & 8) {
		a.addr.addr_type = ADDR_TYPE_IP;
		a.addr.addr_bits = 24;
		a.addr.addr_data8[0] = 10;
		a.addr.addr_data8[2] = next();
		(void)params_addr_put(&e->params, &a);
	}
	if (what & 16 && e->params.naddrs > 0)
		e->params.naddrs--;
	(void)!write(e->watch[1], "", 1);
}

static void
restart(struct end *e)
{
	end_close(e);
	pass(next());
	end_open(e);
}

static void
fault(uint8_t what)
{
	stream_few = what & 1 ? next() : 0;
	stream_closes = (what & 2) != 0;
	helper_refuses = what & 4 ? "refused" : NULL;
	compiler.slow = (what & 8) != 0;
	if (!compiler.slow && compiler.out != -1)
		compile_answer();
}

static void
happen(uint8_t what)
{
	struct end *e = what & 1 ? SLAVE : MASTER;

	switch (what >> 1 & 15) {
	case 0:
		pass(next());
		break;
	case 1:
		pass(next() * 200u);
		break;
	case 2:
	case 3:
		frames_send(e, next());
		break;
	case 4:
		change(e);
		break;
	case 5:
	case 6:
		inject(e, true);
		break;
	case 7:
		inject(e, false);
		break;
	case 8:
		if (e->peer != -1)
			(void)shutdown(e->peer, SHUT_RDWR);
		break;
	case 9:
		e->stopped = !e->stopped;
		break;
	case 10:
		restart(e);
		break;
	case 11:
		fault(next());
		break;
	case 12:
		if (compiler.out != -1)
			compile_answer();
		break;
	default:
		pass(1);
	}
}

/* ---- the end ---- */

/* Whether the options let a session begin, whatever has happened. */
static bool
must_live(void)
{
	return !SLAVE->over && !MASTER->over;
}

static bool
both_open_now(void)
{
	const struct session *s = SLAVE->relay.link.live,
			     *m = MASTER->relay.link.live;

	return s != NULL && m != NULL && s->state == SESSION_OPEN &&
	    m->state == SESSION_OPEN;
}

/* No faults any more: a session begins, and carries frames. */
static void
recover(void)
{
	uint32_t before[2];
	int i;

	fault(0);
	SLAVE->stopped = MASTER->stopped = false;
	for (i = 0; i < RECOVER_MS / 1000 && must_live(); i++) {
		pass(1000);
		if (both_open_now() && i > 1)
			break;
	}
	if (!must_live())
		return;
	if (!both_open_now())
		abort();
	if (SLAVE->opt.readonly || MASTER->opt.readonly || hostile)
		return;
	before[0] = ways[0].came;
	before[1] = ways[1].came;
	for (i = 0; i < 10; i++) {
		frames_send(SLAVE, 1);
		frames_send(MASTER, 1);
		pass(100);
	}
	if (ways[0].came == before[0] || ways[1].came == before[1])
		abort();
}

static void
ends_begin(void)
{
	bool slave_listens = (next() & 1) != 0;

	ends_us += 3600u * UINT64_C(1000000);
	memset(ways, 0, sizeof(ways));
	hostile = false;
	params_begin(SLAVE, "wan");
	params_begin(MASTER, "puppet0");
	options_next(SLAVE, ROLE_SLAVE, slave_listens);
	options_next(MASTER, ROLE_MASTER, !slave_listens);
	end_open(slave_listens ? SLAVE : MASTER);
	end_open(slave_listens ? MASTER : SLAVE);
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool begun;
	int steps;

	if (!begun) {
		if (signals_open() == -1)
			abort();
		begun = true;
	}
	input = (struct input) { data, size };
	ends_begin();
	for (steps = 0; steps < STEPS && input.len > 0; steps++)
		happen(next());
	recover();
	end_close(MASTER);
	end_close(SLAVE);
	if (compiler.out != -1)
		(void)close(compiler.out);
	compiler.out = -1;
	fault(0);
	return 0;
}

/* SPDX-License-Identifier: ISC */
/*
 * Runs one relay.  Clock, peers and ports are replaced: the clock moves only
 * when the relay waits; ports and peers are socketpairs; the far end of a peer
 * is a session that the test drives.
 *
 * The second ppoll(2) leaves relay_run() by longjmp(): the test then knows what
 * the relay waits for, and how long.
 */
#ifndef WORLD_H
#define WORLD_H

#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "pair.h"
#include "relay/master.h"
#include "relay/slave.h"
#include "said.h"
#include "peer_pair.h"

static struct relay world_relay;

/* ---- the clock ---- */

static uint64_t world_us = 1000000000;

uint64_t
clock_us(void)
{
	return world_us;
}

uint64_t
clock_ms(void)
{
	return world_us / 1000;
}

uint64_t
clock_wall_ns(void)
{
	return world_us * 1000;
}

/* ---- ports, instead of platform/ ---- */

static struct world_port {
	struct port *port;
	bool attached;
	uint64_t dropped; /* the kernel's counter */
	unsigned opened; /* how often */
} world_port, world_second; /* the second one belongs to a loop test */
static unsigned world_outbound; /* every Nth frame is outbound; 0: none */

static struct world_port *
world_of(struct port *port)
{
	return world_second.port == port ? &world_second : &world_port;
}

static int
world_open(struct port *port, const struct port_config *config)
{
	struct world_port *w = world_port.port == NULL ? &world_port :
							 &world_second;

	if (port_pair.open(port, config) == -1)
		return -1;
	(void)snprintf(port->name, sizeof(port->name), "world0");
	w->port = port;
	w->opened++;
	return 0;
}

static int
world_filter(struct port *port, const struct bpf_program *program)
{
	(void)port;
	(void)program;
	return 0;
}

static int
world_recv(struct port *port, struct frame *f, int max)
{
	static unsigned count;
	int i, n = port_pair.ops->recv(port, f, max);

	for (i = 0; i < n; i++) {
		count++;
		f[i].when_ns = clock_wall_ns();
		f[i].outbound = world_outbound != 0 &&
		    count % world_outbound == 0;
	}
	return n;
}

static int
world_send(struct port *port, struct frame *f, int n)
{
	return port_pair.ops->send(port, f, n);
}

static int
world_attach(struct port *port, const char *title)
{
	(void)title;
	world_of(port)->attached = true;
	return 0;
}

static void
world_detach(struct port *port)
{
	uint8_t byte;

	world_of(port)->attached = false;
	while (recv(port->fd, &byte, 1, 0) > 0)
		port->count.left++;
}

static void
world_stats(struct port *port)
{
	port->count.dropped = world_of(port)->dropped;
}

static void
world_close(struct port *port)
{
	world_of(port)->port = NULL;
	port_pair.ops->close(port);
}

static const struct port_ops world_ops = {
	.recv = world_recv,
	.send = world_send,
	.attach = world_attach,
	.detach = world_detach,
	.stats = world_stats,
	.close = world_close,
};

#define WORLD_CONTROL \
	.ops = &world_ops, .open = world_open, .setfilter = world_filter

const struct port_control port_capture = { WORLD_CONTROL };
const struct port_control port_tap = { WORLD_CONTROL };

/* Sends n frames of len bytes through the interface. */
static inline void
world_cross(int n, size_t len)
{
	static const uint8_t data[FRAME_MAX];

	while (n-- > 0)
		(void)!send(port_pair_other(world_port.port), data, len, 0);
}

/* How many frames the relay has injected since the last call. */
static inline int
world_injected(void)
{
	static uint8_t data[FRAME_MAX];
	int n = 0;

	while (
	    recv(port_pair_other(world_port.port), data, sizeof(data), 0) > 0)
		n++;
	return n;
}

/*
 * A loop: the bytes that the relay writes to its peer leave by the interface
 * that it captures.  A second capture hears them at once, but the relay's own
 * one only 10 ms later, to bound the speed of the loop.
 */
static bool world_loops;
static size_t world_looped; /* bytes that the own capture has not heard yet */
static uint64_t world_loop_us; /* when it will hear them */

static void
world_hear(struct world_port *w, size_t bytes)
{
	static const uint8_t data[1400];
	size_t len;

	if (w->port == NULL || !w->attached)
		return;
	for (; bytes > 0; bytes -= len) {
		len = bytes < sizeof(data) ? bytes : sizeof(data);
		(void)!send(port_pair_other(w->port), data, len, 0);
	}
}

static void
world_wrote(ssize_t n)
{
	if (!world_loops || n <= 0)
		return;
	world_hear(&world_second, (size_t)n);
	world_looped += (size_t)n;
}

static inline void
world_loop(void)
{
	if (world_us < world_loop_us)
		return;
	world_loop_us = world_us + 10000;
	world_hear(&world_port, world_looped);
	world_looped = 0;
}

/* ---- peers, instead of src/session/peer.c ---- */

static int world_coming[16], world_ncoming; /* not accepted yet */
static int world_listener[2] = { -1, -1 };
static bool world_refuses; /* the relay's connections fail */
static int world_dialled = -1; /* the far end of the last connection */
static unsigned world_dials;
static struct addr world_remote; /* the address of the next peers */

/* Makes a connection.  Returns the near end. */
static inline int
world_connection(int *far)
{
	int fds[2];

	peer_pair_open(fds);
	*far = fds[1];
	return fds[0];
}

static inline void
world_peer(struct peer *peer, enum peer_form form, int fd)
{
	memset(peer, 0, sizeof(*peer));
	peer->form = form;
	peer->rfd = peer->wfd = fd;
	(void)snprintf(peer->name, sizeof(peer->name), "peer%d", fd);
}

int
peer_listen(const char *text, int fds[PEER_LISTENERS])
{
	(void)text;
	if (pipe(world_listener) == -1)
		abort();
	fds[0] = world_listener[0];
	return 1;
}

int
peer_accept(int listener, struct peer *peer)
{
	uint8_t byte;

	if (world_ncoming == 0) {
		errno = EAGAIN;
		return -1;
	}
	(void)!read(listener, &byte, 1);
	world_peer(peer, PEER_LISTEN, world_coming[--world_ncoming]);
	peer->remote = world_remote;
	return 0;
}

int
peer_dial_next(struct peer_dial *dial, struct peer *peer)
{
	peer_dial_stop(dial);
	world_dials++;
	if (world_refuses) {
		(void)snprintf(dial->why, sizeof(dial->why), "refused");
		return -1;
	}
	world_peer(peer, PEER_CONNECT, world_connection(&world_dialled));
	return 1;
}

int
peer_exec(struct peer *peer, const char *command, int *err)
{
	*err = -1;
	(void)peer;
	(void)command;
	return -1;
}

void
peer_stdio(struct peer *peer)
{
	world_peer(peer, PEER_STDIO, world_connection(&world_dialled));
}

bool
peer_listens_open(const int *fds, int n)
{
	(void)fds, (void)n;
	return false;
}

bool
peer_is_stranger(const struct peer *peer)
{
	return peer->form == PEER_LISTEN;
}

ssize_t
peer_read(struct peer *peer, void *buf, size_t len)
{
	return recv(peer->rfd, buf, len, 0);
}

ssize_t
peer_writev(struct peer *peer, const struct iovec *iov, int n)
{
	struct msghdr m = { .msg_iov = (struct iovec *)(uintptr_t)iov,
		.msg_iovlen = (size_t)n };
	ssize_t done = sendmsg(peer->wfd, &m, MSG_NOSIGNAL);

	if (world_relay.link.live != NULL &&
	    peer == &world_relay.link.live->peer)
		world_wrote(done);
	return done;
}

/* ---- the relay ---- */

static bool world_ended;
static int world_status;
static int world_polls;
static unsigned world_turns;
static jmp_buf world_turn_end;
static struct pollfd world_asked[64];
static int world_nasked;
static uint64_t world_due_us; /* the time until which it would wait */

int
ppoll(struct pollfd *fds, nfds_t n, const struct timespec *ts,
    const sigset_t *mask)
{
	nfds_t i;

	(void)mask;
	if (world_polls++ == 0)
		return poll(fds, n, 0);
	memcpy(world_asked, fds, n * sizeof(fds[0]));
	world_nasked = (int)n;
	for (i = 0; i < n;
	     i++) /* the filter's real compiler has a real clock */
		if (world_asked[i].fd == world_relay.side_fd &&
		    world_asked[i].fd != -1)
			return poll(&fds[i], 1, 10000);
	/* without a time limit until the timer's signal */
	world_due_us = ts == NULL ? world_relay.turns.whole_ms * 1000 :
				    world_us + (uint64_t)ts->tv_sec * 1000000 +
		(uint64_t)ts->tv_nsec / 1000;
	longjmp(world_turn_end, 1);
}

#include "fortified.h"

static inline void
world_turn(void)
{
	world_polls = 0;
	world_turns++;
	if (setjmp(world_turn_end) == 0) {
		world_status = relay_run(&world_relay);
		world_ended = true;
	}
}

/* Whether the relay waits for this event of fd. */
static inline bool
world_polled(int fd, short event)
{
	int i;

	for (i = 0; i < world_nasked; i++)
		if (world_asked[i].fd == fd &&
		    (world_asked[i].events & event) != 0)
			return true;
	return false;
}

/* ---- the far ends ---- */

#define FARS 8

static struct far {
	struct session *s;
	bool deaf; /* it does not read */
	bool no_tests; /* it does not read while the relay tests for a loop */
	int frames; /* received */
	int hellos, params, statistics; /* messages received */
	struct params last; /* of the last MSG_PARAMS */
	struct counters counters; /* of the last MSG_STATS */
} fars[FARS];

static void
far_heard(void *arg, struct session *s, struct message *m)
{
	struct far *f = arg;

	(void)s;
	f->hellos += m->kind == MSG_HELLO;
	f->params += m->kind == MSG_PARAMS;
	f->statistics += m->kind == MSG_STATS;
	if (m->kind == MSG_PARAMS)
		f->last = m->params;
	if (m->kind == MSG_STATS)
		f->counters = m->stats;
}

static inline void
far_begin(struct far *f, int fd, const struct hello *hello, bool connects)
{
	struct peer peer;

	memset(f, 0, sizeof(*f));
	world_peer(&peer, connects ? PEER_CONNECT : PEER_LISTEN, fd);
	f->s = session_new(&peer, hello, connects ? &dialect_native : NULL);
	f->s->on_message = far_heard;
	f->s->arg = f;
}

/* Connects to the listening relay and is silent.  Returns the descriptor. */
static inline int
far_silent(void)
{
	int fd;

	world_coming[world_ncoming++] = world_connection(&fd);
	(void)!write(world_listener[1], "", 1);
	return fd;
}

static inline void
far_connect(struct far *f, const struct hello *hello)
{
	far_begin(f, far_silent(), hello, true);
}

static inline void
far_turn(struct far *f)
{
	static struct frame in[64];
	int n;

	if (f->s == NULL || f->deaf || f->s->state == SESSION_OVER ||
	    (f->no_tests && world_relay.paused))
		return;
	session_output(f->s);
	session_input(f->s);
	if (f->s->state == SESSION_READY)
		session_open(f->s);
	while ((n = session_recv(f->s, in, 64)) > 0)
		f->frames += n;
	(void)session_tick(f->s, clock_ms());
}

static inline void
far_end(struct far *f)
{
	session_free(f->s);
	f->s = NULL;
}

/*
 * Lets so much time go by.  The relay has a turn only when an event that it
 * waits for has happened, or when its waiting time is over.
 */
static inline void
world_run(uint64_t ms)
{
	uint64_t until = world_us + ms * 1000, step;
	int i, turns = 0;

	for (;;) {
		world_loop();
		for (i = 0; i < FARS; i++)
			far_turn(&fars[i]);
		if (world_ended || ++turns > 1000000)
			return;
		if (world_nasked > 0 &&
		    poll(world_asked, (nfds_t)world_nasked, 0) > 0) {
			world_turn();
			world_us += 10;
			continue;
		}
		if (world_us >= until)
			return;
		if (world_us >= world_due_us) {
			world_turn();
			world_us += 10;
			continue;
		}
		step = until < world_due_us ? until : world_due_us;
		world_us = world_us + 1000 < step ? world_us + 1000 : step;
	}
}

static inline void
world_begin(const struct options *opt)
{
	world_port = world_second = (struct world_port) { 0 };
	world_ncoming = 0;
	world_ended = false;
	world_outbound = world_dials = 0;
	world_loops = false;
	world_looped = 0;
	memset(&world_remote, 0, sizeof(world_remote));
	world_dialled = -1;
	if (relay_open(&world_relay,
		opt->role == ROLE_SLAVE ? &side_slave : &side_master, opt) != 0)
		abort();
	world_turn();
}

static inline void
world_end(void)
{
	int i;

	relay_close(&world_relay);
	if (world_listener[1] != -1)
		(void)close(world_listener[1]);
	world_listener[1] = -1;
	for (i = 0; i < FARS; i++)
		far_end(&fars[i]);
	world_refuses = false;
	world_us += 3600u * 1000000u; /* ends the limits of log lines */
}

#endif

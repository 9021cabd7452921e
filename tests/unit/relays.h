/* SPDX-License-Identifier: ISC */
/*
 * Runs a slave and a master in one process.  Clock, helper, interfaces and
 * streams are replaced:
 *
 *	wan ==== slave ---- stream ---- master ==== puppet0
 *
 * A frame that the test puts on one interface must come out of the other one.
 * As in relay_run(), each relay has a turn when it has something to do or its
 * waiting time is over; the clock moves when neither has.
 */
#ifndef RELAYS_H
#define RELAYS_H

#include <sys/types.h>
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <pcap.h>
#include <poll.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "filter/filter_child.h"
#include "pair.h"
#include "privilege/helper.h"
#include "relay/master.h"
#include "relay/slave.h"
#include "said.h"
#include "peer_pair.h"

static struct end {
	struct relay relay;
	struct options opt;
	bool open; /* the relay is open */
	bool stopped; /* it gets no turns */
	bool over; /* its loop has ended with `status' */
	int status;
	uint64_t due_us; /* the time until which it waits */
	unsigned turns; /* how many had something to do */

	struct port *port;
	struct params params; /* of the interface */
	bool carrier, promisc, attached;
	bool gone; /* the interface is deleted and cannot be made again */
	int watch[2]; /* a pipe; a byte: the parameters have changed */

	int listener[2]; /* a pipe; a byte: a peer has connected */
	int coming; /* the stream of that peer; -1: none */
	int peer; /* this relay's end of the newest stream */
} ends[2];
#define SLAVE  (&ends[0])
#define MASTER (&ends[1])

static struct end *ends_running;

static struct end *
end_of(const char *ifname)
{
	return strcmp(ifname, "wan") == 0 ? SLAVE : MASTER;
}

/* ---- the clock ---- */

static uint64_t ends_us = 1000000000;

uint64_t
clock_us(void)
{
	return ends_us;
}

uint64_t
clock_ms(void)
{
	return ends_us / 1000;
}

uint64_t
clock_wall_ns(void)
{
	return ends_us * 1000;
}

/* ---- interfaces ---- */

static int
end_port_open(struct port *port, const struct port_config *config)
{
	if (end_of(config->name != NULL ? config->name : "puppet0")->gone) {
		errno = EPERM;
		return -1;
	}
	if (port_pair.open(port, config) == -1)
		return -1;
	(void)snprintf(port->name, sizeof(port->name), "%s",
	    config->name != NULL ? config->name : "puppet0");
	end_of(port->name)->port = port;
	return 0;
}

static int
end_port_filter(struct port *port, const struct bpf_program *program)
{
	(void)port;
	(void)program;
	return 0;
}

static int
end_port_set(struct port *port, enum port_setting what, bool on)
{
	struct end *e = end_of(port->name);

	if (what == PORT_PROMISC)
		e->promisc = on;
	else if (what == PORT_CARRIER)
		e->carrier = on;
	return 0;
}

static int
end_port_recv(struct port *port, struct frame *f, int max)
{
	int i, n = port_pair.ops->recv(port, f, max);

	for (i = 0; i < n; i++)
		f[i].when_ns = clock_wall_ns();
	return n;
}

static int
end_port_send(struct port *port, struct frame *f, int n)
{
	return port_pair.ops->send(port, f, n);
}

static int
end_port_attach(struct port *port, const char *title)
{
	(void)title;
	end_of(port->name)->attached = true;
	return 0;
}

static void
end_port_detach(struct port *port)
{
	end_of(port->name)->attached = false;
}

static enum port_event
end_port_tick(struct port *port)
{
	return end_of(port->name)->gone ? PORT_REMADE : PORT_SAME;
}

static void
end_port_close(struct port *port)
{
	end_of(port->name)->port = NULL;
	port_pair.ops->close(port);
}

static const struct port_ops end_port_ops = {
	.recv = end_port_recv,
	.send = end_port_send,
	.attach = end_port_attach,
	.detach = end_port_detach,
	.tick = end_port_tick,
	.close = end_port_close,
};

#define END_PORT                                     \
	.ops = &end_port_ops, .open = end_port_open, \
	.setfilter = end_port_filter, .set = end_port_set

const struct port_control port_capture = { END_PORT };
const struct port_control port_tap = { END_PORT };
const struct port_control port_file = { END_PORT };

const char *const params_no_ip6 = "off";
const char *const netns_recipe = NULL;

const char *
capture_remedy(int error)
{
	(void)error;
	return "";
}

/* Somebody changes the real interface. */
static inline void
end_change(struct end *e, uint32_t mtu)
{
	e->params.mtu = mtu;
	(void)!write(e->watch[1], "", 1);
}

/* ---- the helper ---- */

static const char *helper_refuses; /* why it refuses all filters, or NULL */
static struct helper_filter helper_compiled; /* the last filter */
static char helper_hook_peer[HELPER_TEXT]; /* of the last hook */
static unsigned helper_hooks;

int
helper_open(const struct options *opt)
{
	(void)opt;
	return 0;
}

void
helper_close(void)
{
}

int
helper_fd(void)
{
	return -1;
}

const char *
helper_failed(void)
{
	return "a call";
}

const char *
helper_why(void)
{
	return helper_refuses != NULL ? helper_refuses : "";
}

enum place
helper_place(void)
{
	return PLACE_SAME;
}

int
helper_read(struct params *out)
{
	*out = ends_running->params;
	return 0;
}

int
helper_watch(void)
{
	return dup(ends_running->watch[0]);
}

int
helper_apply(const struct param_change *c)
{
	struct params *p = &ends_running->params;

	switch (c->what) {
	case PARAM_SET_MAC:
		memcpy(p->mac, c->mac, sizeof(p->mac));
		break;
	case PARAM_SET_MTU:
		p->mtu = c->mtu;
		break;
	case PARAM_ADD_ADDR:
		(void)params_addr_put(p, &c->addr);
		break;
	case PARAM_DEL_ADDR:
		(void)params_addr_take(p, &c->addr);
		break;
	case PARAM_SET_FIRST:
		if (c->mtu != 0)
			p->mtu = c->mtu;
		if (c->addr.addr.addr_type != ADDR_TYPE_NONE)
			(void)params_addr_put(p, &c->addr);
		break;
	case PARAM_SET_UP:
		p->flags |= PARAM_UP | PARAM_RUNNING;
		break;
	default:
		break;
	}
	return 0;
}

int
helper_judge(const struct addr_offer *offer, struct addr_verdict *verdict)
{
	(void)offer;
	memset(verdict, 0, sizeof(*verdict));
	return 0;
}

int
helper_label(const char *text)
{
	(void)text;
	return 0;
}

int
helper_fence(void)
{
	return 0;
}

int
helper_hook(const char *peer)
{
	(void)snprintf(helper_hook_peer, sizeof(helper_hook_peer), "%s", peer);
	helper_hooks++;
	return 0; /* the command has ended already */
}

int
helper_end(bool force)
{
	(void)force;
	return -1;
}

bool
helper_ended(enum helper_child child, int *status)
{
	(void)child;
	*status = 0;
	return true;
}

/* A filter that is being compiled; out: the end of its pipe; -1: none. */
static struct {
	bool slow; /* the answer comes by compile_answer() */
	unsigned stopped; /* how many were given up or done */
	int out;
} compiler = { .out = -1 };

static inline void
compile_answer(void)
{
	static struct filter_answer a;

	memset(&a, 0, sizeof(a));
	a.insns[0] = (struct bpf_insn)BPF_STMT(BPF_RET | BPF_K, FRAME_MAX);
	a.len = helper_refuses == NULL;
	if (helper_refuses != NULL)
		(void)snprintf(a.why, sizeof(a.why), "%s", helper_refuses);
	if (write(compiler.out, &a, sizeof(a)) != (ssize_t)sizeof(a))
		abort();
	(void)close(compiler.out);
	compiler.out = -1;
}

int
helper_filter(const struct helper_filter *filter)
{
	int fds[2];

	helper_compiled = *filter;
	if (compiler.out != -1 || pipe(fds) == -1 ||
	    fcntl(fds[0], F_SETFL, O_NONBLOCK) == -1)
		abort();
	compiler.out = fds[1];
	if (!compiler.slow)
		compile_answer();
	return fds[0];
}

void
helper_stop(enum helper_child child, int *status)
{
	(void)child;
	if (status != NULL)
		*status = 0;
	if (compiler.out != -1)
		(void)close(compiler.out);
	compiler.out = -1;
	compiler.stopped++;
}

int
helper_exclusive(int linktype, const struct filter_pair *pairs, int npairs)
{
	(void)linktype;
	(void)pairs;
	(void)npairs;
	errno = EPERM;
	return -1;
}

void
helper_way(const struct addr *to, bool anew, struct helper_way *out)
{
	(void)to;
	(void)anew;
	out->way = WAY_UNKNOWN;
}

int
helper_hold(int fd)
{
	(void)fd;
	return -1;
}

/* ---- streams, instead of src/session/peer.c ---- */

static size_t stream_few; /* bytes of one read or write at most; 0: no limit */
static bool stream_closes; /* every new connection is closed at once */

static struct end *
end_other(void)
{
	return ends_running == SLAVE ? MASTER : SLAVE;
}

static void
end_peer(struct end *e, struct peer *peer, enum peer_form form, int fd)
{
	memset(peer, 0, sizeof(*peer));
	peer->form = form;
	peer->rfd = peer->wfd = e->peer = fd;
	(void)snprintf(peer->name, sizeof(peer->name), "%s's peer",
	    e == SLAVE ? "slave" : "master");
}

/* Connects the running end to the other one.  1; -1: that does not listen. */
static int
end_connect(struct peer *peer, enum peer_form form)
{
	struct end *to = end_other();
	int fds[2];

	if (!stream_closes &&
	    (!to->open || to->listener[1] == -1 || to->coming != -1))
		return -1;
	peer_pair_open(fds);
	end_peer(ends_running, peer, form, fds[0]);
	if (stream_closes) {
		(void)close(fds[1]);
		return 1;
	}
	to->coming = fds[1];
	(void)!write(to->listener[1], "", 1);
	return 1;
}

int
peer_listen(const char *text, int fds[PEER_LISTENERS])
{
	(void)text;
	if (pipe(ends_running->listener) == -1)
		abort();
	fds[0] = ends_running->listener[0];
	return 1;
}

int
peer_accept(int listener, struct peer *peer)
{
	uint8_t byte;

	if (ends_running->coming == -1) {
		errno = EAGAIN;
		return -1;
	}
	(void)!read(listener, &byte, 1);
	end_peer(ends_running, peer, PEER_LISTEN, ends_running->coming);
	ends_running->coming = -1;
	return 0;
}

int
peer_dial_next(struct peer_dial *dial, struct peer *peer)
{
	peer_dial_stop(dial);
	(void)snprintf(dial->why, sizeof(dial->why), "refused");
	return end_connect(peer, PEER_CONNECT);
}

int
peer_exec(struct peer *peer, const char *command, int *err)
{
	*err = -1;
	(void)command;
	return end_connect(peer, PEER_EXEC) == 1 ? 0 : -1;
}

void
peer_stdio(struct peer *peer)
{
	(void)peer;
	abort();
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
	if (stream_few != 0 && len > stream_few)
		len = stream_few;
	return recv(peer->rfd, buf, len, 0);
}

ssize_t
peer_writev(struct peer *peer, const struct iovec *iov, int n)
{
	struct iovec few;
	struct msghdr m = { .msg_iov = (struct iovec *)(uintptr_t)iov,
		.msg_iovlen = n };

	if (stream_few != 0) {
		few = iov[0];
		if (few.iov_len > stream_few)
			few.iov_len = stream_few;
		m.msg_iov = &few;
		m.msg_iovlen = 1;
	}
	return sendmsg(peer->wfd, &m, MSG_NOSIGNAL);
}

/* ---- turns ---- */

static jmp_buf ends_wait;

int
ppoll(struct pollfd *fds, nfds_t n, const struct timespec *ts,
    const sigset_t *mask)
{
	int ready = poll(fds, n, 0);

	(void)mask;
	if (ready != 0 || (ts != NULL && ts->tv_sec == 0 && ts->tv_nsec == 0))
		return ready;
	/* without a time limit until the timer's signal */
	ends_running->due_us = ts == NULL ?
	    ends_running->relay.turns.whole_ms * 1000 :
	    ends_us + (uint64_t)ts->tv_sec * 1000000 +
		(uint64_t)ts->tv_nsec / 1000;
	longjmp(ends_wait, 1);
}

#include "fortified.h"

/* Gives one relay a turn.  False: it had nothing to do. */
static inline bool
end_turn(struct end *e)
{
	e->due_us = UINT64_MAX;
	if (!e->open || e->stopped || e->over)
		return false;
	ends_running = e;
	if (setjmp(ends_wait) != 0)
		return false;
	if (!relay_turn(&e->relay)) {
		e->over = true;
		e->status = e->relay.link.status;
	}
	e->turns++;
	return true;
}

/* Lets so much time go by. */
static inline void
ends_pass(uint64_t ms)
{
	uint64_t until = ends_us + ms * 1000, next;
	bool s, m;

	for (;;) {
		s = end_turn(SLAVE);
		m = end_turn(MASTER);
		ends_us += 10;
		if (s || m)
			continue;
		if (ends_us >= until)
			return;
		next = SLAVE->due_us < MASTER->due_us ? SLAVE->due_us :
							MASTER->due_us;
		ends_us = next < until ? next : until;
	}
}

/* ---- beginning and end ---- */

static inline void
end_open(struct end *e)
{
	e->open = true;
	e->stopped = e->over = e->carrier = e->promisc = e->attached = false;
	e->gone = false;
	e->coming = e->peer = -1;
	e->listener[0] = e->listener[1] = -1;
	e->turns = 0;
	if (pipe(e->watch) == -1 ||
	    fcntl(e->watch[0], F_SETFL, O_NONBLOCK) == -1)
		abort();
	ends_running = e;
	if (relay_open(&e->relay, e == SLAVE ? &side_slave : &side_master,
		&e->opt) != 0)
		abort();
}

static inline void
end_close(struct end *e)
{
	int i;

	if (!e->open)
		return;
	ends_running = e;
	relay_close(&e->relay);
	e->open = false;
	for (i = 0; i < 2; i++)
		(void)close(e->watch[i]);
	if (e->listener[1] != -1)
		(void)close(e->listener[1]);
	if (e->coming != -1)
		(void)close(e->coming);
}

/* ---- frames: a number decides the length and all bytes ---- */

static inline uint32_t
frame_fill(uint8_t *data, int number, uint32_t max)
{
	uint32_t i,
	    len = FRAME_MIN + (uint32_t)(number * 7919) % (max - FRAME_MIN + 1);

	for (i = 0; i < len; i++)
		data[i] = (uint8_t)(i * 31 + (uint32_t)number * 7 + (i >> 8));
	return len;
}

/* Puts frame `number' on the interface; false: there is no room now. */
static inline bool
end_cross(struct end *e, int number, uint32_t max)
{
	static uint8_t data[FRAME_MAX];
	uint32_t len = frame_fill(data, number, max);

	return send(port_pair_other(e->port), data, len, MSG_NOSIGNAL) ==
	    (ssize_t)len;
}

/* Checks the frames that have come, from `number' on.  Returns how many. */
static inline int
end_came(struct end *e, int number, uint32_t max)
{
	static uint8_t data[FRAME_MAX], want[FRAME_MAX];
	ssize_t len;
	int n = 0;

	for (;; n++) {
		len = recv(port_pair_other(e->port), data, sizeof(data), 0);
		if (len <= 0)
			return n;
		assert_int_equal(len, frame_fill(want, number + n, max));
		assert_memory_equal(data, want, (size_t)len);
	}
}

#endif

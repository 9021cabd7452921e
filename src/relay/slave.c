/* SPDX-License-Identifier: ISC */
/*
 * The side with the real interface: captures frames, grants the master's
 * wishes, and sends the interface's parameters.
 *
 * A master's HELLO may ask for promiscuous mode, joined segments, read-only and
 * exclusive mode (-x).  To grant them costs system calls and a table of
 * nftables, but a HELLO costs a peer nothing.  So the newest HELLO is granted
 * at most ten times a second; only read-only, which costs nothing, is granted
 * at once.  A stranger cannot have exclusive mode: anybody who can connect to a
 * listening slave could cut off a gateway.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "privilege/helper.h"
#include "relay/banner.h"
#include "relay/compile.h"
#include "relay/exclude.h"
#include "relay/loop_test.h"
#include "relay/slave.h"

#define GRANT_MS 100 /* between two HELLOs that are granted */

struct slave {
	struct params told; /* as sent to this session's master */
	struct exclusive exclusive;
	bool asked; /* a HELLO has come that is not granted yet */
	uint64_t grant_ms; /* when to grant it at the earliest */
	struct loop_test loop_test;
	struct compile compile;
};

static struct slave *
slave_of(const struct relay *r)
{
	return r->own;
}

/* ---- the filter ---- */

/*
 * Begins to compile a filter: our -f, the other side's, and what is left out.
 * 0; -1: errno, and helper_failed().
 */
static int
slave_compile(struct relay *r, const struct filter_pair *pairs, int npairs,
    const char *theirs)
{
	struct helper_filter filter = { .linktype = r->port.linktype,
		.npairs = npairs };
	struct compile *c = &slave_of(r)->compile;
	int result;

	/* let the port count the frames that -f leaves out, if it can */
	filter.base = port_setbase(&r->port, NULL) == 0 &&
	    (r->opt->filter[0] != '\0' || theirs[0] != '\0');
	memcpy(filter.pairs, pairs, (size_t)npairs * sizeof(pairs[0]));
	(void)snprintf(filter.theirs, sizeof(filter.theirs), "%s", theirs);
	result = compile_begin(c, &filter);
	r->side_fd = c->fd;
	return result;
}

static void
slave_set_base(struct relay *r)
{
	struct filter_answer *a = &slave_of(r)->compile.answer;
	struct bpf_program base = { a->base_len, a->base };
	const char *why = a->why;

	if (a->base_len > 0) {
		if (port_setbase(&r->port, &base) == 0)
			return;
		why = strerror(errno);
	}
	if (why[0] != '\0')
		log_info("%s: what -f leaves out is not counted: %s",
		    r->port.name, why);
}

/* Compiles our -f once, to refuse one that can never work.  0; -1. */
static int
slave_try_filter(struct relay *r)
{
	struct compile *c = &slave_of(r)->compile;
	const struct filter_pair none[1] = { 0 };

	if (r->opt->filter[0] == '\0')
		return 0;
	if (slave_compile(r, none, 0, "") == -1)
		log_errno("-f %s: %s", r->opt->filter, helper_failed());
	else if (compile_wait(c) == 1 && c->answer.len == 0)
		log_info("-f %s: %s", r->opt->filter, c->answer.why);
	r->side_fd = -1;
	return c->answer.len > 0 ? 0 : -1;
}

/* ---- the port ---- */

static int
slave_open(struct relay *r)
{
	struct port_config config = { 0 };

	slave_of(r)->exclusive.holder = slave_of(r)->compile.fd = -1;
	if (exclude_check(r->opt) == -1)
		return -1;
	config.name = r->opt->interface;
	config.buffer = r->opt->buffer;
	if (port_open(&r->port, &port_capture, &config) == -1)
		return -1;
	r->down.join_tunnels = true;
	if (slave_try_filter(r) == -1)
		return -1;
	return r->opt->exclusive ? exclusive_try(&r->port) : 0;
}

/* The port's CAP_*, and CAP_TUNNEL if tunnel_next() can cut for the port. */
static unsigned
slave_can(const struct relay *r)
{
	if (r->opt->segment)
		return 0;
	return r->port.caps | (r->port.caps & CAP_USO ? CAP_TUNNEL : 0);
}

static const char *
slave_describe(void *arg, const struct session *s, char *out, size_t size)
{
	struct relay *r = arg;
	return banner_print(r->port.name, r->opt, s, NULL, out, size);
}

static void
slave_hello(void *arg, const struct peer *peer, struct hello *h)
{
	struct relay *r = arg;
	struct filter_pair pairs[FILTER_PAIRS], ssh;
	char why[256];
	int n = exclude_pairs(r->opt, peer, pairs, why, sizeof(why));

	h->role = ROLE_SLAVE;
	h->linktype = r->port.linktype;
	h->can = slave_can(r);
	h->can_timestamps = true;
	h->want = (r->opt->readonly ? WANT_READONLY : 0) |
	    (r->opt->exclusive ? WANT_EXCLUSIVE : 0);
	h->nocopy = r->opt->nocopy;
	h->maxframe = r->port.maxframe;
	(void)snprintf(h->ifname, sizeof(h->ifname), "%s", r->port.name);
	(void)filter_pairs_print(pairs, n, h->left_out, sizeof(h->left_out));
	if (peer->local.addr_type != ADDR_TYPE_NONE &&
	    !addr_is_loopback(&peer->local))
		h->own = peer->local;
	else if (exclude_ssh(&ssh, why, sizeof(why)) == 0)
		h->own = ssh.dst;
}

/* Reads the parameters for PARAMS.  0; -1: it has logged why. */
static int
slave_params(struct relay *r, const struct session *s, struct params *out)
{
	if (helper_read(out) == -1) {
		if (errno != ENODEV) {
			log_errno("%s: reading its parameters", r->port.name);
			return -1;
		}
		memset(out, 0, sizeof(*out)); /* the interface is gone */
		(void)snprintf(out->name, sizeof(out->name), "%.15s",
		    r->port.name);
	}
	if (r->opt->nocopy || s->theirs.nocopy)
		params_only_flags(out);
	return 0;
}

/* Sends the parameters if the master does not know them. */
static void
slave_tell_params(struct relay *r, struct session *s)
{
	struct message m = { .kind = MSG_PARAMS, .complete = true };

	if (session_full(s) || slave_params(r, s, &m.params) == -1)
		return; /* the next tick tries again */
	r->changed = false;
	if (params_equal(&m.params, &slave_of(r)->told))
		return;
	slave_of(r)->told = m.params;
	session_say(s, &m);
}

/*
 * Ends a session whose capture fails.  A filter that the kernel rejects once
 * (EINVAL) is rejected every time.
 */
static void
slave_bye_deaf(struct relay *r, struct session *s, const char *call)
{
	session_bye(s, errno == EINVAL ? BYE_FILTER : BYE_INTERFACE,
	    "%s: %s: %s%s", r->port.name, call, strerror(errno),
	    capture_remedy(errno));
}

/* Begins to compile the session's filter.  -1: it has ended the session. */
static int
slave_begin_filter(struct relay *r, struct session *s)
{
	struct filter_pair pairs[FILTER_PAIRS];
	char why[256];
	int n;

	n = exclude_pairs(r->opt, &s->peer, pairs, why, sizeof(why));
	if (n == -1) {
		log_info("%s: the connection that carries the session is not "
			 "known (%s); %s",
		    s->peer.name, why, exclude_remedies);
		session_bye(s, BYE_INTERFACE,
		    "the slave cannot know which connection carries the "
		    "session (%s); its -M, -S or -B says it",
		    why);
		return -1;
	}
	log_debug(1, "%s: left out: %s", s->peer.name,
	    filter_pairs_print(pairs, n, why, sizeof(why)));
	if (slave_compile(r, pairs, n, s->theirs.filter) == 0)
		return 0;
	session_bye(s, BYE_INTERFACE, "filter: %s", helper_failed());
	return -1;
}

/* Sets the session's filter.  -1: it has ended the session. */
static int
slave_set_filter(struct relay *r, struct session *s)
{
	struct filter_answer *a = &slave_of(r)->compile.answer;
	struct bpf_program program = { a->len, a->insns };

	if (a->len == 0) {
		session_bye(s, BYE_FILTER, "filter: %s", a->why);
		return -1;
	}
	slave_set_base(r);
	if (port_setfilter(&r->port, &program) == -1) {
		slave_bye_deaf(r, s, "setting the filter");
		return -1;
	}
	loop_test_begin(&slave_of(r)->loop_test, r, s, &program);
	return 0;
}

/* ---- what the master asks for ---- */

static void
slave_grant_readonly(struct relay *r, const struct hello *theirs)
{
	r->drop_down = r->opt->readonly || (theirs->want & WANT_READONLY);
}

static void
slave_asked(struct relay *r, struct session *s)
{
	slave_grant_readonly(r, &s->theirs);
	slave_of(r)->asked = true;
}

/* Grants all but exclusive mode. */
static void
slave_grant(struct relay *r, struct session *s)
{
	const struct hello *theirs = &s->theirs;
	bool promisc = r->opt->promisc || (theirs->want & WANT_PROMISC);
	bool join = r->opt->coalesce || (theirs->want & WANT_COALESCE);

	slave_of(r)->asked = false;
	slave_grant_readonly(r, theirs);
	if (flow_set_join(&r->up, join ? theirs->maxframe : 0) == -1)
		log_errno("%s: joining segments: malloc", r->port.name);
	(void)port_set(&r->port, PORT_LARGE, join);
	if (port_set(&r->port, PORT_PROMISC, promisc) == -1)
		log_errno("%s: promiscuous mode", r->port.name);
}

/* Why this peer may not have exclusive mode; NULL: it may. */
static const char *
slave_refusal(const struct relay *r, const struct session *s)
{
	if (r->opt->exclusive)
		return NULL;
	if (r->opt->readonly)
		return "not of a slave that is read-only (-r), unless it was "
		       "started with -x, too";
	if (peer_is_stranger(&s->peer))
		return "whoever reaches the slave's port cannot ask for it; "
		       "start the slave with -x";
	return NULL;
}

/*
 * Switches exclusive mode on or off.  anew: the interface may be another one,
 * or has another name.  0; -1: it has ended the session.
 */
static int
slave_grant_exclusive(struct relay *r, struct session *s, bool anew)
{
	struct exclusive *x = &slave_of(r)->exclusive;
	bool want = r->opt->exclusive || (s->theirs.want & WANT_EXCLUSIVE);
	bool was = exclusive_is_on(x);
	const char *refusal;
	char why[256];

	if (want == was && !anew)
		return 0;
	if (!want)
		exclusive_end(x);
	else {
		if ((refusal = slave_refusal(r, s)) == NULL &&
		    exclusive_make(x, r->opt, &s->peer, &r->port, why,
			sizeof(why)) == -1)
			refusal = why;
		if (refusal != NULL) {
			session_bye(s, BYE_EXCLUSIVE, "%s: -x: %s",
			    r->port.name, refusal);
			return -1;
		}
	}
	if (was != exclusive_is_on(x))
		log_info("%s: this host hears %s there", r->port.name,
		    want ? "only the session" : "everything again");
	return 0;
}

/* ---- a session ---- */

static int
slave_begin(void *arg, struct session *s)
{
	struct relay *r = arg;

	if (s->theirs.linktype != LINK_ANY &&
	    s->theirs.linktype != r->port.linktype) {
		session_bye(s, BYE_LINKTYPE,
		    "link types differ: %s has %d, the other side %d",
		    r->port.name, r->port.linktype, s->theirs.linktype);
		return -1;
	}
	return slave_begin_filter(r, s) == 0 ? 1 : -1;
}

/* The filter is compiled: begins to capture. */
static void
slave_ready(struct relay *r)
{
	struct session *s = r->link.live;

	if (compile_read(&slave_of(r)->compile) == 0)
		return;
	r->side_fd = -1;
	if (s->state != SESSION_READY || slave_set_filter(r, s) == -1)
		return;
	(void)port_offloads(&r->port, r->opt->segment ? 0 : s->theirs.can);
	slave_grant(r, s);
	if (!r->paused && r->port.ops->attach(&r->port, NULL) == -1) {
		slave_bye_deaf(r, s, "attach");
		return;
	}
	if (slave_grant_exclusive(r, s, true) == -1)
		return;
	memset(&slave_of(r)->told, 0, sizeof(slave_of(r)->told));
	r->changed = true;
	slave_tell_params(r, s);
	link_ready(&r->link);
}

static void
slave_message(void *arg, struct session *s, struct message *m)
{
	if (m->kind == MSG_HELLO)
		slave_asked(arg, s);
}

static uint64_t
slave_turn(struct relay *r, uint64_t now)
{
	struct slave *own = slave_of(r);
	struct session *s = r->link.live;
	uint64_t grant = UINT64_MAX, test = UINT64_MAX;

	if (own->asked && now >= own->grant_ms) {
		slave_grant(r, s);
		(void)slave_grant_exclusive(r, s, false);
		own->grant_ms = clock_ms() + GRANT_MS;
	} else if (own->asked)
		grant = own->grant_ms;
	if (s->state == SESSION_OPEN)
		test = loop_test_turn(&own->loop_test, r, now);
	return grant < test ? grant : test;
}

static void
slave_end(void *arg, struct session *s)
{
	struct relay *r = arg;

	(void)s;
	compile_end(&slave_of(r)->compile);
	r->side_fd = -1;
	exclusive_end(&slave_of(r)->exclusive);
	loop_test_end(&slave_of(r)->loop_test, r);
	port_detach(&r->port);
	(void)port_set(&r->port, PORT_PROMISC, false);
}

static void
slave_tick(struct relay *r, enum port_event event)
{
	struct session *s = r->link.live;

	if (s == NULL || s->state != SESSION_OPEN)
		return;
	if ((event != PORT_SAME ||
		!exclusive_holds(&slave_of(r)->exclusive, &r->port)) &&
	    slave_grant_exclusive(r, s, true) == -1)
		return;
	if (r->changed && s->codec.dialect->params)
		slave_tell_params(r, s);
}

const struct side side_slave = {
	.size = sizeof(struct slave),
	.open = slave_open,
	.link = {
		.hello = slave_hello,
		.describe = slave_describe,
		.begin = slave_begin,
		.message = slave_message,
		.end = slave_end,
	},
	.ready = slave_ready,
	.tick = slave_tick,
	.turn = slave_turn,
};

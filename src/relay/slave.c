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
#include <pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "privilege/helper.h"
#include "relay/banner.h"
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
};

static struct slave *
slave_of(const struct relay *r)
{
	return r->own;
}

/*
 * Compiles a filter.  own: with our -f; theirs: the other side's.  *program is
 * valid until the next filter is compiled.  0; -1: helper_why().
 */
static int
slave_filter(struct relay *r, const struct filter_pair *pairs, int npairs,
    bool own, const char *theirs, struct bpf_program *program)
{
	struct helper_filter filter = { .linktype = r->port.linktype,
		.npairs = npairs,
		.own = own };

	memcpy(filter.pairs, pairs, (size_t)npairs * sizeof(pairs[0]));
	(void)snprintf(filter.theirs, sizeof(filter.theirs), "%s", theirs);
	return helper_filter(&filter, program);
}

/* Lets the port count the frames that -f leaves out, if it can. */
static void
slave_set_base(struct relay *r, const struct session *s,
    const struct filter_pair *pairs, int npairs)
{
	struct bpf_program program;
	const char *why;

	if (helper_port_setbase(&r->port, NULL) == -1) /* it cannot count */
		return;
	if (r->opt->filter[0] == '\0' && s->theirs.filter[0] == '\0')
		return;
	if (slave_filter(r, pairs, npairs, false, "", &program) == 0) {
		if (helper_port_setbase(&r->port, &program) == 0)
			return;
		why = strerror(errno);
	} else
		why = helper_why();
	log_info("%s: what -f leaves out is not counted: %s", r->port.name,
	    why);
}

static int
slave_open(struct relay *r)
{
	struct port_config config = { 0 };
	struct filter_pair pairs[FILTER_PAIRS];
	struct bpf_program program;

	slave_of(r)->exclusive.holder = -1;
	if (exclude_check(r->opt) == -1)
		return -1;
	config.name = r->opt->interface;
	config.buffer = r->opt->buffer;
	if (helper_port_open(&r->port, &port_capture, &config) == -1)
		return -1;
	r->down.join_tunnels = true;
	if (r->opt->filter[0] != '\0' &&
	    slave_filter(r, pairs, 0, true, "", &program) == -1) {
		log_info("-f %s: %s", r->opt->filter, helper_why());
		return -1;
	}
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

static int
slave_set_filter(struct relay *r, struct session *s)
{
	struct filter_pair pairs[FILTER_PAIRS];
	struct bpf_program program;
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
	slave_set_base(r, s, pairs, n);
	if (slave_filter(r, pairs, n, true, s->theirs.filter, &program) == -1) {
		session_bye(s, BYE_FILTER, "filter: %s", helper_why());
		return -1;
	}
	if (helper_port_setfilter(&r->port, &program) == -1) {
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
	(void)helper_port_set(&r->port, PORT_LARGE, join);
	if (helper_port_set(&r->port, PORT_PROMISC, promisc) == -1)
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
	if (slave_set_filter(r, s) == -1)
		return -1;
	(void)helper_port_offloads(&r->port,
	    r->opt->segment ? 0 : s->theirs.can);
	slave_grant(r, s);
	if (!r->paused && r->port.ops->attach(&r->port, NULL) == -1) {
		slave_bye_deaf(r, s, "attach");
		return -1;
	}
	if (slave_grant_exclusive(r, s, true) == -1)
		return -1;
	memset(&slave_of(r)->told, 0, sizeof(slave_of(r)->told));
	r->changed = true;
	slave_tell_params(r, s);
	return 0;
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
	exclusive_end(&slave_of(r)->exclusive);
	loop_test_end(&slave_of(r)->loop_test, r);
	port_detach(&r->port);
	(void)helper_port_set(&r->port, PORT_PROMISC, false);
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
	.tick = slave_tick,
	.turn = slave_turn,
};

/*
 * The side with the real interface: which frames are ours and must not be
 * captured, what the master wishes, and the interface's parameters.
 */
#include <errno.h>
#include <pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relay/banner.h"
#include "port/exclusive.h"
#include "privilege/helper.h"
#include "log.h"
#include "relay/slave.h"

static const char ways_out[] =
    "the ways out:\n"
    "  sudo --preserve-env=SSH_CONNECTION etherpuppet ...  if only sudo hides "
    "it\n"
    "  ssh gw 'etherpuppet ... -M \"$SSH_CONNECTION\"'       the session's own "
    "ssh, quoted so\n"
    "  -M '*:*,ADDR:22'    every connection with port 22 of this host's ADDR\n"
    "  -B                  capture everything: the session goes by another "
    "interface";

/* -S and its kin: the client's and the server's end of our ssh. */
static int
ssh_pair(struct filter_pair *pair, char *why, size_t size)
{
	const char *text = getenv("SSH_CONNECTION");

	if (text == NULL) {
		(void)snprintf(why, size, "SSH_CONNECTION is not set");
		return -1;
	}
	return filter_pair_parse(text, pair, why, size);
}

/*
 * The end points of what carries the session.  peer NULL: before there is
 * one.  How many; -1: they cannot be known, why is filled.
 */
static int
slave_pairs(const struct options *opt, const struct peer *peer,
    struct filter_pair *pairs, char *why, size_t size)
{
	bool tcp = peer != NULL && peer->local.addr_type != ADDR_TYPE_NONE;
	int n;

	if (opt->exclude_none)
		return 0;
	for (n = 0; n < opt->npairs; n++)
		pairs[n] = opt->pairs[n];
	if (opt->exclude_ssh && n < FILTER_PAIRS) {
		if (ssh_pair(&pairs[n], why, size) == -1)
			return -1;
		n++;
	}
	if (n > 0)
		return n;
	if (opt->form == PEER_EXEC) {
		(void)snprintf(why, size,
		    "the connection of a command (-e) cannot be known");
		return -1;
	}
	if (opt->form == PEER_STDIO || (tcp && addr_is_loopback(&peer->remote)))
		return ssh_pair(pairs, why, size) == -1 ? -1 : 1;
	if (tcp) {
		pairs[0].src = peer->remote;
		pairs[0].sport = peer->rport;
		pairs[0].dst = peer->local;
		pairs[0].dport = peer->lport;
	}
	return tcp ? 1 : 0;
}

int
slave_heard(const struct options *opt, const struct peer *peer,
    struct filter_pair *pairs, char *why, size_t size)
{
	int n = slave_pairs(opt, peer, pairs, why, size);

	if (n == 0) {
		(void)snprintf(why, size,
		    "the slave's -B says that nobody knows which connection "
		    "carries the session");
		return -1;
	}
	/* who comes back must be heard before this session is given up */
	if (n > 0 && n < FILTER_PAIRS && opt->form == PEER_LISTEN &&
	    !addr_is_loopback(&peer->local))
		pairs[n++] = (struct filter_pair) { .dst = peer->local,
			.dport = peer->lport };
	return n;
}

static bool
is_local(const struct options *opt)
{
	return (opt->form == PEER_LISTEN || opt->form == PEER_CONNECT) &&
	    (strncmp(opt->peer, "127.", 4) == 0 ||
		strncmp(opt->peer, "[::1]:", 6) == 0 ||
		strncmp(opt->peer, "localhost:", 10) == 0);
}

/* What can be refused at the start is. */
static int
slave_check_pairs(const struct relay *r)
{
	struct filter_pair pairs[FILTER_PAIRS];
	struct peer local = { 0 };
	char why[256];

	if (is_local(r->opt))
		(void)addr_parse("127.0.0.1", &local.remote);
	local.local = local.remote;
	if (slave_pairs(r->opt, &local, pairs, why, sizeof(why)) != -1)
		return 0;
	log_info("%s: the connection that carries the session is not known "
		 "(%s), so it would be captured and sent for ever; %s",
	    r->opt->interface, why, ways_out);
	return -1;
}

/*
 * Compiles a filter.  own, wish: what -f of either side says.  *program is
 * valid until the next one.  0; -1: helper_why().
 */
static int
slave_filter(struct relay *r, const struct filter_pair *pairs, int npairs,
    const char *own, const char *wish, struct bpf_program *program)
{
	struct filter_config config = { .ifname = r->port.name,
		.linktype = r->port.linktype,
		.npairs = npairs,
		.user = { own, wish } };

	memcpy(config.pairs, pairs, (size_t)npairs * sizeof(pairs[0]));
	return helper_filter(&config, program);
}

/* What there would be without -f, so that what it leaves out is counted. */
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
	if (slave_filter(r, pairs, npairs, "", "", &program) == 0) {
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

	if (slave_check_pairs(r) == -1)
		return -1;
	config.name = r->opt->interface;
	config.buffer = r->opt->buffer;
	if (helper_port_open(&r->port, &port_capture, &config) == -1)
		return -1;
	r->down.join_tunnels = true;
	if (r->opt->filter[0] != '\0' &&
	    slave_filter(r, pairs, 0, r->opt->filter, "", &program) == -1) {
		log_info("-f %s: %s", r->opt->filter, helper_why());
		return -1;
	}
	return r->opt->exclusive ? exclusive_try(&r->port) : 0;
}

static void
slave_close(struct relay *r)
{
	(void)r;
}

/* Tunnels besides: they become what the port takes, see tunnel_next(). */
static unsigned
slave_can(const struct relay *r)
{
	if (r->opt->segment)
		return 0;
	return r->port.caps | (r->port.caps & CAP_USO ? CAP_TUNNEL : 0);
}

/* Which connections are not captured, for people. */
static void
slave_left_out(const struct options *opt, const struct peer *peer, char *out,
    size_t size)
{
	struct filter_pair pairs[FILTER_PAIRS];
	char why[256];
	int n = slave_pairs(opt, peer, pairs, why, sizeof(why));

	(void)filter_pairs_print(pairs, n, out, size);
}

static const char *
slave_describe(void *arg, const struct session *s, char *out, size_t size)
{
	struct relay *r = arg;
	struct banner b = { .name = r->port.name,
		.session = s,
		.left_out = r->opt->exclude_none ? "nothing (-B)" :
						   s->ours.left_out };

	return banner_print(&b, out, size);
}

static void
slave_hello(void *arg, const struct peer *peer, struct hello *h)
{
	struct relay *r = arg;
	struct filter_pair pair;
	char why[256];

	h->role = ROLE_SLAVE;
	h->linktype = r->port.linktype;
	h->can = slave_can(r);
	h->can_timestamps = true;
	h->want = (r->opt->readonly ? WANT_READONLY : 0) |
	    (r->opt->exclusive ? WANT_EXCLUSIVE : 0);
	h->nocopy = r->opt->nocopy;
	h->maxframe = r->port.maxframe;
	(void)snprintf(h->ifname, sizeof(h->ifname), "%s", r->port.name);
	slave_left_out(r->opt, peer, h->left_out, sizeof(h->left_out));
	if (peer->local.addr_type != ADDR_TYPE_NONE &&
	    !addr_is_loopback(&peer->local))
		h->own = peer->local;
	else if (ssh_pair(&pair, why, sizeof(why)) == 0)
		h->own = pair.dst;
}

/* 0; -1: it has said why. */
static int
slave_params(struct relay *r, const struct session *s, struct params *out)
{
	if (helper_read(r->port.name, out) == -1) {
		if (errno != ENODEV) {
			log_errno("%s: reading its parameters", r->port.name);
			return -1;
		}
		memset(out, 0, sizeof(*out)); /* gone: down */
		(void)snprintf(out->name, sizeof(out->name), "%.15s",
		    r->port.name);
	}
	if (r->opt->nocopy || s->theirs.nocopy)
		params_only_flags(out);
	return 0;
}

/* Says the parameters if they are other ones than those said before. */
static void
slave_say_params(struct relay *r, struct session *s)
{
	struct message m = { .kind = MSG_PARAMS, .complete = true };

	if (session_full(s) || slave_params(r, s, &m.params) == -1)
		return; /* at the next tick */
	r->changed = false;
	if (params_equal(&m.params, &slave_of(r)->told))
		return;
	slave_of(r)->told = m.params;
	session_say(s, &m);
}

/* What is no filter for the system now is none the next time either. */
static void
slave_unheard(struct relay *r, struct session *s, const char *call)
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

	n = slave_pairs(r->opt, &s->peer, pairs, why, sizeof(why));
	if (n == -1) {
		log_info("%s: the connection that carries the session is not "
			 "known (%s); %s",
		    s->peer.name, why, ways_out);
		session_bye(s, BYE_INTERFACE,
		    "the slave cannot know which connection carries the "
		    "session (%s); its -M, -S or -B says it",
		    why);
		return -1;
	}
	log_debug(1, "%s: left out: %s", s->peer.name,
	    filter_pairs_print(pairs, n, why, sizeof(why)));
	slave_set_base(r, s, pairs, n);
	if (slave_filter(r, pairs, n, r->opt->filter, s->theirs.filter,
		&program) == -1) {
		session_bye(s, BYE_FILTER, "filter: %s", helper_why());
		return -1;
	}
	if (helper_port_setfilter(&r->port, &program) == -1) {
		slave_unheard(r, s, "setting the filter");
		return -1;
	}
	loop_test_begin(r, s, &program);
	return 0;
}

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
	wish_grant(r, s);
	if (!r->paused && r->port.ops->attach(&r->port, NULL) == -1) {
		slave_unheard(r, s, "attach");
		return -1;
	}
	if (wish_exclusive(r, s, true) == -1)
		return -1;
	memset(&slave_of(r)->told, 0, sizeof(slave_of(r)->told));
	r->changed = true;
	slave_say_params(r, s);
	return 0;
}

static void
slave_message(void *arg, struct session *s, struct message *m)
{
	if (m->kind == MSG_HELLO)
		wish_said(arg, s);
}

static uint64_t
slave_turn(struct relay *r, uint64_t now)
{
	uint64_t wish = wish_turn(r, now), test = UINT64_MAX;

	if (r->link.live->state == SESSION_OPEN)
		test = loop_test_turn(r, now);
	return wish < test ? wish : test;
}

static void
slave_end(void *arg, struct session *s)
{
	struct relay *r = arg;

	(void)s;
	exclusive_end();
	loop_test_end(r);
	port_detach(&r->port);
	(void)helper_port_set(&r->port, PORT_PROMISC, false);
}

static void
slave_tick(struct relay *r, enum port_event event)
{
	struct session *s = r->link.live;

	if (s == NULL || s->state != SESSION_OPEN)
		return;
	if ((event != PORT_SAME || !exclusive_is_on(&r->port)) &&
	    wish_exclusive(r, s, true) == -1)
		return;
	if (r->changed && s->codec.dialect->params)
		slave_say_params(r, s);
}

const struct side side_slave = {
	.size = sizeof(struct slave),
	.open = slave_open,
	.close = slave_close,
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

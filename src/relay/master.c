/* SPDX-License-Identifier: ISC */
/*
 * The side with the doll.  The doll is made at the start, so that a user can
 * start programs on it at once.  The link type of the other side's interface is
 * not known yet: the doll is a TAP.  The first session may replace it by a TUN,
 * but not a TAP that existed before, which is the user's.  Later sessions may
 * not: programs run on the doll by then, and a stranger could take it away from
 * them.  Without a session the doll stays, with carrier off.
 */
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "privilege/helper.h"
#include "relay/banner.h"
#include "relay/copy.h"
#include "relay/master.h"
#include "relay/neighbour.h"

struct master {
	struct doll doll;
	struct copy copy;
	bool used; /* there was a session: the link type is certain */
	bool unheard_said; /* logged that the real host hears nothing */
};

static struct master *
master_of(const struct relay *r)
{
	return r->own;
}

/* False: it writes a capture file (-w). */
static bool
master_has_doll(const struct relay *r)
{
	return r->opt->write == NULL;
}

/* Its link type must not change: it was used, or belongs to the user. */
static bool
master_port_is_fixed(struct relay *r)
{
	return master_of(r)->used || r->port.existed;
}

/* LINK_ANY: the first session tells the type.  0; -1: it has logged why. */
static int
master_port_open(struct relay *r, int linktype)
{
	struct port_config config = { .linktype = linktype,
		.output = r->opt->write };

	if (master_has_doll(r))
		return doll_open(&master_of(r)->doll, &r->port, linktype);
	return port_open(&r->port, &port_file, &config);
}

/* Replaces the doll by one of this type.  0; -1: it has ended the session. */
static int
master_change(struct relay *r, struct session *s, int linktype)
{
	const char *name = master_of(r)->doll.name;
	int before = r->port.linktype;
	char was[PARAMS_NAME];

	memcpy(was, name, sizeof(was));
	relay_port_close(r);
	if (master_port_open(r, linktype) == 0) {
		log_info("%s: made anew for %s frames%s%s", was,
		    linktype == LINK_RAW ? "raw IP" : "Ethernet",
		    strcmp(name, was) == 0 ? "" : " as ",
		    strcmp(name, was) == 0 ? "" : name);
		return 0;
	}
	session_bye(s, BYE_LINKTYPE, "no interface for link type %d", linktype);
	if (master_port_open(r, before) == 0)
		return -1;
	link_stop(&r->link, 1);
	return -1;
}

/*
 * Makes the port carry the session's link type, if it may change.  0; -1: it
 * has ended the session.
 */
static int
master_port_suit(struct relay *r, struct session *s)
{
	int linktype = s->theirs.linktype;

	if (linktype == LINK_ANY)
		linktype = r->port.linktype;
	if (linktype == r->port.linktype)
		return 0;
	if (linktype != LINK_ETHERNET && linktype != LINK_RAW) {
		session_bye(s, BYE_LINKTYPE, "unknown link type %d", linktype);
		return -1;
	}
	if (!master_port_is_fixed(r) && master_has_doll(r))
		return master_change(r, s, linktype);
	if (!master_port_is_fixed(r)) {
		r->port.linktype = linktype; /* the file is still empty */
		return 0;
	}
	if (!master_has_doll(r)) {
		session_bye(s, BYE_LINKTYPE,
		    "%s holds frames of another link type", r->port.name);
		return -1;
	}
	session_bye(s, BYE_LINKTYPE,
	    "link types differ: %s has %d, the other side %d", r->port.name,
	    r->port.linktype, linktype);
	session_hopeless(s);
	return -1;
}

static int
master_open(struct relay *r)
{
	struct master *m = master_of(r);

	m->doll.opt = r->opt;
	m->copy.doll = master_has_doll(r) ? &m->doll : NULL;
	r->drop_up = r->opt->readonly;
	if (master_port_open(r, LINK_ANY) == -1)
		return -1;
	if (master_has_doll(r))
		log_info("%s: %s%s%s", m->doll.name,
		    r->port.existed ? "was there, and is used" : "made",
		    r->opt->netns != NULL ? " in network namespace " : "",
		    r->opt->netns != NULL ? r->opt->netns : "");
	return 0;
}

/*
 * The WANT_* for HELLO.  If the doll's MAC differs from the real interface's,
 * the slave must be promiscuous to hear answers to the doll; a doll that cannot
 * send needs none.
 */
static unsigned
master_wishes(struct relay *r)
{
	struct master *m = master_of(r);
	unsigned want = 0;
	struct params now;

	if (r->opt->promisc)
		want |= WANT_PROMISC;
	if (r->opt->readonly)
		want |= WANT_READONLY;
	if (r->opt->exclusive)
		want |= WANT_EXCLUSIVE;
	if (r->opt->coalesce)
		want |= WANT_COALESCE;
	if (!master_has_doll(r))
		return want | WANT_TIMESTAMPS;
	if (r->opt->readonly || r->port.linktype != LINK_ETHERNET)
		return want;
	if (r->opt->nocopy)
		return want | WANT_PROMISC;
	if (m->copy.want.have_mac && m->copy.settled &&
	    doll_read(&m->doll, &now) == 0 && now.have_mac &&
	    memcmp(now.mac, m->copy.want.mac, sizeof(now.mac)) != 0)
		want |= WANT_PROMISC;
	return want;
}

static void
master_hello(void *arg, const struct peer *peer, struct hello *h)
{
	struct relay *r = arg;

	h->role = ROLE_MASTER;
	h->linktype = master_has_doll(r) && master_port_is_fixed(r) ?
	    r->port.linktype :
	    LINK_ANY;
	h->can = r->opt->segment ? 0 : r->port.caps;
	h->can_timestamps = true;
	h->want = master_wishes(r);
	h->maxframe = r->port.maxframe;
	(void)snprintf(h->filter, sizeof(h->filter), "%s", r->opt->filter);
	(void)snprintf(h->ifname, sizeof(h->ifname), "%s", r->port.name);
	if (peer->local.addr_type != ADDR_TYPE_NONE)
		h->own = peer->local;
}

/* The port begins to carry the frames of this session. */
static void
master_attach(struct relay *r, struct session *s)
{
	char title[64];

	(void)log_escape(title, sizeof(title), s->theirs.ifname,
	    strlen(s->theirs.ifname));
	if (port_offloads(&r->port, r->opt->segment ? 0 : s->theirs.can) == -1)
		log_errno("%s: offloads", r->port.name);
	if (r->port.ops->attach(&r->port, title) == -1)
		log_errno("%s: attach", r->port.name);
}

/* With -x, checks that the peer can grant it.  -1: it has ended the session. */
static int
master_check_exclusive(struct session *s)
{
	bool old = !s->codec.dialect->hello;

	if (!old && s->theirs.role == ROLE_SLAVE)
		return 0;
	session_bye(s, BYE_EXCLUSIVE, "-x: the other side %s",
	    old ? "is too old to be asked" : "has no real interface");
	session_hopeless(s);
	return -1;
}

static const char *
master_describe(void *arg, const struct session *s, char *out, size_t size)
{
	struct relay *r = arg;
	struct master *m = master_of(r);
	const struct params *real = m->copy.is_told ? &m->copy.told : NULL;

	return banner_print(r->port.name, r->opt, s, real, out, size);
}

static int
master_begin(void *arg, struct session *s)
{
	struct relay *r = arg;
	struct master *m = master_of(r);

	copy_begin(&m->copy);
	doll_forget_way(&m->doll);
	if (r->opt->exclusive && master_check_exclusive(s) == -1)
		return -1;
	if (master_port_suit(r, s) == -1)
		return -1;
	m->used = true;
	r->drop_up = r->opt->readonly || (s->theirs.want & WANT_READONLY);
	master_attach(r, s);
	/* the slave's PARAMS will say that it has begun to capture */
	if (s->codec.dialect->params && s->theirs.role == ROLE_SLAVE)
		return 0;
	copy_carrier(&m->copy, r, true);
	if (r->opt->nocopy || s->theirs.role == ROLE_MASTER)
		copy_settle(&m->copy, r, s);
	else
		copy_expect_nothing(&m->copy);
	return 0;
}

static void
master_message(void *arg, struct session *s, struct message *m)
{
	struct relay *r = arg;

	if (m->kind == MSG_PARAMS && s->theirs.role == ROLE_SLAVE)
		copy_snapshot(&master_of(r)->copy, r, s, m);
	else if (m->kind == MSG_HELLO)
		r->drop_up = r->opt->readonly ||
		    (s->theirs.want & WANT_READONLY);
}

static void
master_first_frame(struct relay *r)
{
	copy_first_frame(&master_of(r)->copy, r, r->link.live);
}

/* Answers ARP for the real host, for a doll with a MAC address of its own. */
static void
master_look(struct relay *r, const struct frame *frames, int n)
{
	struct master *m = master_of(r);
	const struct session *s = r->link.live;

	if (!r->opt->nocopy || !m->copy.want.have_mac || r->drop_up ||
	    ((s->ours.want | s->theirs.want) & WANT_EXCLUSIVE) != 0)
		return;
	neighbour_answer(&r->port, &m->copy.want, frames, n, &m->unheard_said);
}

static void
master_end(void *arg, struct session *s)
{
	struct relay *r = arg;

	(void)s;
	if (r->port.ops == NULL) /* the doll could not be made again */
		return;
	copy_carrier(&master_of(r)->copy, r, false);
	port_detach(&r->port);
}

/* Makes the doll again, with all that it had. */
static void
master_remake(struct relay *r)
{
	int linktype = r->port.linktype;
	struct session *s = r->link.live;
	struct master *m = master_of(r);

	relay_port_close(r);
	if (master_port_open(r, linktype) == -1) {
		link_stop(&r->link, 1);
		return;
	}
	log_info("%s: made again", m->doll.name);
	if (s == NULL || s->state != SESSION_OPEN)
		return;
	master_attach(r, s);
	if (m->copy.settled)
		copy_settle(&m->copy, r, s);
}

/* Sends HELLO if our WANT_* have changed: the user may have set another MAC. */
static void
master_say_wishes(struct relay *r, struct session *s)
{
	struct message hello = { .kind = MSG_HELLO };
	unsigned want = master_wishes(r);

	if (want == s->ours.want)
		return;
	s->ours.want = want;
	hello.hello = s->ours;
	session_say(s, &hello);
}

/* Whether the doll must be made again: it is gone, or in a wrong namespace. */
static bool
master_is_displaced(struct relay *r, enum port_event event)
{
	struct master *m = master_of(r);

	if (!master_has_doll(r))
		return false;
	if (doll_must_follow(&m->doll)) {
		(void)relay_watch_open(r);
		return true;
	}
	return doll_must_return(&m->doll, event == PORT_MOVED) ||
	    event == PORT_REMADE;
}

static void
master_tick(struct relay *r, enum port_event event)
{
	struct master *m = master_of(r);
	struct session *s = r->link.live;

	doll_reap(&m->doll);
	if (master_is_displaced(r, event))
		master_remake(r);
	else if (master_has_doll(r)) /* the user may have renamed it */
		(void)snprintf(m->doll.name, sizeof(m->doll.name), "%.15s",
		    r->port.name);
	if (s == NULL || s->state != SESSION_OPEN || r->link.ended)
		return; /* link.ended: there may be no port */
	if (master_has_doll(r) && r->opt->netns == NULL)
		doll_check_way(&m->doll, s);
	copy_tick(&m->copy, r, s);
	if (r->changed)
		master_say_wishes(r, s);
	r->changed = false;
}

/* Nothing announces that a command has ended, or a namespace's name is gone. */
static bool
master_may_idle(const struct relay *r)
{
	const struct master *m = master_of(r);

	return !m->doll.hook_runs && r->opt->netns == NULL &&
	    !copy_waits(&m->copy);
}

const struct side side_master = {
	.size = sizeof(struct master),
	.open = master_open,
	.link = {
		.hello = master_hello,
		.describe = master_describe,
		.begin = master_begin,
		.message = master_message,
		.end = master_end,
	},
	.first_frame = master_first_frame,
	.look = master_look,
	.tick = master_tick,
	.may_idle = master_may_idle,
};

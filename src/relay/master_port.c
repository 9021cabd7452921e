/*
 * The port of a master.  A doll is made at the start, before anybody knows of
 * which kind the other side's interface is: as a TAP.  The first session may
 * make it anew as a TUN.  Later ones may not: programs run on it by then, and a
 * stranger could take it from under them; nor may one at all where the TAP was
 * there before, because it is the user's.
 */
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "relay/master.h"

bool
master_has_doll(const struct relay *r)
{
	return r->opt->write == NULL;
}

bool
master_port_is_fixed(struct relay *r)
{
	return master_of(r)->used || r->port.existed;
}

int
master_port_open(struct relay *r, int linktype)
{
	struct master *m = master_of(r);
	struct port_config config = { 0 };

	config.linktype = linktype;
	config.output = r->opt->write;
	config.queue = r->opt->queue;
	config.netns = r->opt->netns;
	config.ordinary = r->opt->nocopy; /* its MAC address is its own */
	config.name = m->name[0] != '\0' ? m->name : r->opt->doll;
	if (port_open(&r->port, master_has_doll(r) ? &port_tap : &port_file,
		&config) == -1)
		return -1;
	if (!master_has_doll(r))
		return 0;
	(void)snprintf(m->name, sizeof(m->name), "%.15s", r->port.name);
	doll_made(&m->doll, m->name);
	doll_fence(&m->doll); /* before it carries a frame */
	return 0;
}

/* Makes the doll anew, of another kind; 0, -1: it has ended the session. */
static int
master_change(struct relay *r, struct session *s, int linktype)
{
	struct master *m = master_of(r);
	int before = r->port.linktype;
	char was[PARAMS_NAME];

	memcpy(was, m->name, sizeof(was));
	relay_port_close(r);
	if (master_port_open(r, linktype) == 0) {
		log_info("%s: made anew for %s frames%s%s", was,
		    linktype == LINK_RAW ? "raw IP" : "Ethernet",
		    strcmp(m->name, was) == 0 ? "" : " as ",
		    strcmp(m->name, was) == 0 ? "" : m->name);
		return 0;
	}
	session_bye(s, BYE_LINKTYPE, "no interface for link type %d", linktype);
	if (master_port_open(r, before) == 0)
		return -1;
	link_stop(&r->link, 1);
	return -1;
}

int
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
		r->port.linktype = linktype; /* its head is not written yet */
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

/* What the files of a master share. */
#ifndef MASTER_H
#define MASTER_H

#include "relay/doll.h"
#include "relay/relay.h"
#include "relay/way.h"

struct master {
	struct doll doll;
	char name[PARAMS_NAME];
	struct params want; /* of the real interface, as far as it is told */
	bool have_want;
	struct params real; /* the last snapshot, for people */
	bool heard; /* there was one in this session */
	bool carrier; /* as the slave says it */
	bool settled; /* configured, or known not to come */
	bool fresh; /* a later snapshot is to be looked at */
	bool full; /* with more in it than flags */
	uint64_t follow_ms; /* but not before that */
	bool used; /* there was a session: the link type is certain */
	uint64_t settle_ms; /* when to wait no longer; 0: no limit */
	struct way way;
	bool unheard; /* said that the real host does not hear the doll */
	bool large_known; /* r->large was set */
};

static inline struct master *
master_of(const struct relay *r)
{
	return r->own;
}

/* False: it writes a capture file (-w). */
bool master_has_doll(const struct relay *);

/*
 * master_port.c: the doll, or the capture file.  0; -1: it has said why.
 * linktype LINK_ANY: what the first session says.
 */
int master_port_open(struct relay *, int linktype);
/* Its link type stays: it has been used, or it belongs to the user. */
bool master_port_is_fixed(struct relay *);
/*
 * Makes it carry the session's link type, if that may be.  0; -1: it has ended
 * the session.
 */
int master_port_suit(struct relay *, struct session *);

#endif

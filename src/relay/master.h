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

/* master_params.c.  Carrier of the doll, as the slave says it. */
void master_carrier(struct relay *, bool up);
/* The slave has told parameters. */
void master_params(struct relay *, struct session *, const struct message *);
/* Those for the start are in, or known not to come: the doll takes them. */
void master_settle(struct relay *, struct session *);
/*
 * Takes later ones, but not more often than every 100 ms: a stranger's storm of
 * snapshots must not be one of changes.
 */
void master_follow(struct relay *, struct session *);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * The connections that carry the session.  The capture leaves their frames out:
 * otherwise each frame that is sent would be captured and sent again.  In
 * exclusive mode (-x) this host hears only these connections on the interface.
 *
 * Exclusive mode lasts until a descriptor is closed, which the helper makes
 * (platform/OS/exclusive.c); so it ends with this process at the latest.
 */
#ifndef EXCLUDE_H
#define EXCLUDE_H

#include "filter/filter.h"
#include "options.h"
#include "port/params.h"
#include "port/port.h"
#include "session/peer.h"

/* For a message: what a user can do if the connections are unknown. */
extern const char exclude_remedies[];

/*
 * The end points of the connections, in pairs[FILTER_PAIRS].  Returns how
 * many; -1: they cannot be known, why is filled.
 */
int exclude_pairs(const struct options *, const struct peer *,
    struct filter_pair *pairs, char *why, size_t size);
/*
 * At the start, when there is no peer: whether the connections can be known.
 * 0; -1: it has logged why not.
 */
int exclude_check(const struct options *);
/* The end points of the ssh that started us.  0; -1: why is filled. */
int exclude_ssh(struct filter_pair *, char *why, size_t size);

struct exclusive {
	int holder; /* the descriptor; -1: off */
	char ifname[PARAMS_NAME]; /* where it holds */
};

/* Whether this port can have exclusive mode.  0; -1: it has logged why not. */
int exclusive_try(const struct port *);
/*
 * From now on this host hears only the connections of this session.  An earlier
 * exclusive mode ends once this one is in place.  0, also while the interface
 * is gone; -1: why is filled.
 */
int exclusive_make(struct exclusive *, const struct options *,
    const struct peer *, const struct port *, char *why, size_t size);
void exclusive_end(struct exclusive *);
bool exclusive_is_on(const struct exclusive *);
/* Whether it is on, and the interface still has the same name. */
bool exclusive_holds(const struct exclusive *, const struct port *);

#endif

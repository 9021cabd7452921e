/* SPDX-License-Identifier: ISC */
/*
 * The connections that carry the session.  The capture leaves them out, or
 * each frame that is sent would be captured and sent again; with exclusive
 * mode (-x) this host hears nothing else on the interface.
 *
 * Exclusive mode lasts as long as a descriptor that the helper makes
 * (platform/OS/exclusive.c), so that it ends with this process at the latest.
 */
#ifndef EXCLUDE_H
#define EXCLUDE_H

#include "filter/filter.h"
#include "options.h"
#include "port/params.h"
#include "port/port.h"
#include "session/peer.h"

/* What a user can do where the connections are not known, for a message. */
extern const char exclude_remedies[];

/*
 * The end points of the connections, in pairs[FILTER_PAIRS].  Returns how
 * many; -1: they cannot be known, why is filled.
 */
int exclude_pairs(const struct options *, const struct peer *,
    struct filter_pair *pairs, char *why, size_t size);
/*
 * At the start, when there is no peer: whether the connections can be known.
 * 0; -1: it has said why not.
 */
int exclude_check(const struct options *);
/* The client's and the server's end of the ssh that started us.  0; -1. */
int exclude_ssh(struct filter_pair *, char *why, size_t size);

struct exclusive {
	int holder; /* the descriptor; -1: off */
	char ifname[PARAMS_NAME]; /* where it holds */
};

/* Whether exclusive mode is possible on this port.  0; -1: it has said why. */
int exclusive_try(const struct port *);
/*
 * Makes this host hear only the connections of this session, from then on; what
 * was made earlier ends after that.  0, also while the interface is gone; -1:
 * why is filled.
 */
int exclusive_make(struct exclusive *, const struct options *,
    const struct peer *, const struct port *, char *why, size_t size);
void exclusive_end(struct exclusive *);
bool exclusive_is_on(const struct exclusive *);
/* The same, and the interface has still the name that it had. */
bool exclusive_holds(const struct exclusive *, const struct port *);

#endif

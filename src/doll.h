/*
 * The doll's parameters: what a session brings, set through the helper, and
 * what happens once that is done (-u, -U).
 */
#ifndef DOLL_H
#define DOLL_H

#include "options.h"
#include "params.h"
#include "port.h"
#include "session.h"

struct doll {
	const struct options *opt;
	const char *name;
	struct params ours; /* the addresses that we have set */
	bool warned; /* about answering for the gateway */
	pid_t hook; /* still running; 0: none */
};

/* What the doll has now.  0; -1: it has said why. */
int doll_read(struct doll *, struct params *out);
/*
 * Makes the doll like `want`, as far as that may be; says what was not set
 * and why.  own, remote: for params_addr_allowed().
 */
void doll_configure(struct doll *, const struct params *want,
    const struct addr *own, const struct addr *remote);
/* Brings it up (-u) and runs the command (-U), as far as asked for. */
void doll_ready(struct doll *, const char *peer);
/* Waits for a command that has ended, and says if it failed. */
void doll_reap(struct doll *);

#endif

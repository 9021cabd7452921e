/*
 * The doll's parameters: what each snapshot of the real interface's brings,
 * set through the helper, and what happens once that is done (-u, -U).
 */
#ifndef DOLL_H
#define DOLL_H

#include "log.h"
#include "options.h"
#include "port/params.h"
#include "port/port.h"
#include "session/session.h"

struct doll {
	const struct options *opt;
	const char *name;
	struct params ours; /* the addresses that we have set */
	struct params refused; /* addresses, MTU: said that they are not set */
	struct log_limit refused_limit;
	int refused_lines; /* since that allowed one */
	bool warned; /* about answering for the gateway */
	bool fence_said; /* what is open */
	bool no_speed; /* it takes none */
	bool no_ip6; /* said that IPv6 is switched off */
	bool homeless; /* said that -n's namespace has no name any more */
	bool away; /* a command has moved it: it is left alone there */
	pid_t hook; /* still running; 0: none */
	bool hook_waits; /* for its end, to be run for hook_peer */
	char hook_peer[128];
};

/* What the doll has now.  0; -1: it has said why. */
int doll_read(struct doll *, struct params *out);
/* One that was just made: it has nothing of ours. */
void doll_made(struct doll *, const char *name);
/*
 * Keeps this host apart from a doll that was just made, but with -O and -n;
 * says what stays open.
 */
void doll_fence(struct doll *);
/*
 * Makes the doll like `want` where it differs, as far as that may be; says
 * what was not set and why.  own: the slave's address of this session as it
 * says it.
 */
void doll_configure(struct doll *, const struct params *want,
    const struct addr *own, const struct peer *);
/*
 * Whether it is to be made again: where -n's name is another namespace's now,
 * which it says, as it says that nothing has that name.
 */
bool doll_must_follow(struct doll *);
/* Whether it is to be made again: moved to another namespace, which it says. */
bool doll_must_return(struct doll *, bool moved);
/* Names on it what it is of: the interface there, and the peer. */
void doll_label(struct doll *, const char *interface, const char *peer);
/* Brings it up if asked for (-u). */
void doll_raise(struct doll *);
/*
 * Runs the command if asked for (-U).  One at a time: while one runs, the
 * newest configuration waits for its end.
 */
void doll_run(struct doll *, const char *peer);
/* Waits for a command that has ended, says if it failed, runs the next one. */
void doll_reap(struct doll *);

#endif

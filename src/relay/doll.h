/* SPDX-License-Identifier: ISC */
/*
 * The doll: how it is made, kept apart from this host, changed, and used by
 * this host.  What it copies from the real interface, and when: copy.h.
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
	char name[PARAMS_NAME]; /* "": it was never made */
	struct params ours; /* the addresses that we have set on it */
	struct log_limit snapshot_limit; /* for the minute of: */
	unsigned snapshots; /* how many were set */
	bool quiet; /* too many: what they change is not logged */
	bool fence_said; /* logged what of this host the other side reaches */
	bool no_speed; /* its speed cannot be set */
	bool no_ip6; /* logged that IPv6 is switched off on it */
	bool homeless; /* logged that -n's namespace has no name any more */
	bool away; /* -U's command moved it: it is left alone there */
	bool hook_runs; /* -U's command */
	bool hook_waits; /* when it has ended, run it for hook_peer */
	char hook_peer[128];
	bool way_known; /* by which interface the session's packets go */
	bool way_is_doll; /* logged that this interface is the doll */
};

/*
 * Makes the doll, under its last name if it was made before.  Unless -O or -n
 * is given, keeps this host apart from it before it carries a frame.  0; -1: it
 * has logged why.
 */
int doll_open(struct doll *, struct port *, int linktype);

/*
 * Begins to set a snapshot of the real interface's parameters, which a peer may
 * send for ever: after a few in a minute nothing is logged of them.
 */
void doll_snapshot(struct doll *);
/* Reads the doll's parameters.  0; -1: it has logged why. */
int doll_read(struct doll *, struct params *out);
/*
 * Makes n changes of a doll whose parameters are `now`; logs each that fails
 * and returns how many did.
 */
int doll_change(struct doll *, const struct params *now, struct param_change *,
    int n);
/* After doll_change(): logs where the doll differs from `want`. */
void doll_verify(struct doll *, const struct params *want);
/* Brings it up (-u). */
void doll_raise(struct doll *);
/* Labels the doll with the real interface's name and the peer's. */
void doll_label(struct doll *, const char *interface, const char *peer);
/*
 * Runs the user's command (-U).  One at a time: while one runs, the newest
 * configuration waits for its end.
 */
void doll_run(struct doll *, const char *peer);
/*
 * Once a second: if the command has ended, logs its failure and runs the one
 * that waits.
 */
void doll_reap(struct doll *);

/*
 * True: another namespace has -n's name now, and the doll must be made there.
 * Logs that, and also when no namespace has the name any more.
 */
bool doll_must_follow(struct doll *);
/*
 * moved: the doll is in another namespace.  True, and logged: it must be made
 * again here.
 */
bool doll_must_return(struct doll *, bool moved);

/*
 * Looks up the route to the other side; called once a second.  A DHCP client on
 * the doll, or a network manager, may set a better route through the doll.  The
 * session would then have to travel through itself and die 30 seconds later.
 * When the route leads to the doll, logs that, and binds a connection that we
 * dialled to its former interface, where the system can (Linux:
 * SO_BINDTODEVICE).  Each new dial begins unbound.
 *
 * Only the command of -e knows where its session goes.  Its route is looked up
 * for the slave's own address, if the slave has told one.
 */
void doll_check_way(struct doll *, const struct session *);
/* A session begins. */
void doll_forget_way(struct doll *);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * The doll: how it is made, kept apart from this host, changed, and used by
 * this host.  What it copies from the real interface, and when: copy.h.
 */
#ifndef DOLL_H
#define DOLL_H

#include "options.h"
#include "port/params.h"
#include "port/port.h"
#include "session/session.h"

struct doll {
	const struct options *opt;
	char name[PARAMS_NAME]; /* "": it was never made */
	struct params ours; /* the addresses that we have set on it */
	bool fence_said; /* what of this host the other side reaches */
	bool no_speed; /* it has none that can be set */
	bool no_ip6; /* said that IPv6 is switched off on it */
	bool homeless; /* said that -n's namespace has no name any more */
	bool away; /* -U's command moved it: it is left alone there */
	pid_t hook; /* -U's command, while it runs; 0: none */
	bool hook_waits; /* for the end of that one, to run for hook_peer */
	char hook_peer[128];
	unsigned way_index; /* the interface by which the session's packets go;
			       0: unknown */
	bool way_is_doll; /* said that this interface is the doll */
};

/*
 * Makes the doll, again under the name it had, and keeps this host apart from
 * it (but with -O and -n), before it carries a frame.  0; -1: it has said why.
 */
int doll_open(struct doll *, struct port *, int linktype);

/* What the doll has now.  0; -1: it has said why. */
int doll_read(struct doll *, struct params *out);
/*
 * Makes n changes of a doll that is as `now` says, and says which cannot be
 * made; returns how many those are.
 */
int doll_change(struct doll *, const struct params *now, struct param_change *,
    int n);
/* Says what the doll lacks of `want` after that, and what it has. */
void doll_verify(struct doll *, const struct params *want);
/* Brings it up (-u). */
void doll_raise(struct doll *);
/* Names on the doll what it is of: the interface there, and the peer. */
void doll_label(struct doll *, const char *interface, const char *peer);
/*
 * Runs the user's command (-U).  One at a time: while one runs, the newest
 * configuration waits for its end.
 */
void doll_run(struct doll *, const char *peer);
/*
 * Once a second: waits for a command that has ended, says if it failed, runs
 * the next one.
 */
void doll_reap(struct doll *);

/*
 * True: -n's name is another namespace's now, which is said, and the doll must
 * be made there.  Says too when nothing has that name any more.
 */
bool doll_must_follow(struct doll *);
/*
 * moved: the doll is in another namespace.  True: it must be made again here,
 * which is said.
 */
bool doll_must_return(struct doll *, bool moved);

/*
 * A DHCP client on the doll, or a network manager, may give this host a better
 * route to the other side, through the doll.  The session would then have to
 * travel through itself: it falls silent, and is dead half a minute later.  So
 * once a second the route is looked up.  When it becomes the doll, a line says
 * so, and a connection that we dialled is held on the interface that it went
 * by, where the system can do that (Linux: SO_BINDTODEVICE).  Each new dial
 * begins unbound.
 *
 * The session of a command (-e) goes where only the command knows: the slave's
 * own address of the session stands for that, where the slave has told it.
 */
void doll_check_way(struct doll *, const struct session *);
/* A session begins. */
void doll_forget_way(struct doll *);

#endif

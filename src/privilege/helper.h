/* SPDX-License-Identifier: ISC */
/*
 * The helper: every act after start-up that needs a right is one of these
 * functions.  Each sends one request of fixed size and gets one answer
 * (request.h).  The helper checks the request as if a stranger had sent it.
 * What a pointer points to here is copied into the request or out of the
 * answer.
 *
 * Nothing is printed.  -1: errno, and helper_failed() and helper_why() say the
 * rest.  Descriptors are close-on-exec and the caller's; the caller waits for
 * the processes.
 */
#ifndef HELPER_H
#define HELPER_H

#include <sys/types.h>
#include <sys/socket.h>

#include "port/addr_rules.h"
#include "filter/filter.h"
#include "port/params.h"
#include "port/port.h"
#include "privilege/platform.h"
#include "session/resolve.h"

#define HELPER_COMMAND	4096 /* room for a command */
#define HELPER_ENV	4 /* variables of a hook */
#define HELPER_VARIABLE 2048 /* room for one */
#define HELPER_WHY	PORT_WHY /* room for why something was not done */

/*
 * At start-up, with the original rights: opens the namespace for dolls (NULL:
 * ours), and makes it if it is missing.  0, -1: it has said why.
 */
int helper_open(const char *netns);
/*
 * Removes what outlives its descriptor: a doll, and the namespace if
 * helper_open() made it.
 */
void helper_close(void);

/*
 * After -1, until the next request.  helper_why(): why in words where errno
 * cannot say it, or "".  helper_failed(): the system call that failed, or else
 * the same as helper_why().
 */
const char *helper_failed(void);
const char *helper_why(void);

/*
 * Calls on a port that need a right (struct port_control).  Today they call the
 * port itself.  Once the helper is a process of its own, `port` will be the
 * descriptor of which the helper kept a duplicate, a config or a program will
 * be copied, and what opening finds out (name, link type, caps, ...) will come
 * back.  So in these calls a backend may use nothing of the port that recv and
 * send change.  A kind of port without such a function: 0.
 *
 * helper_port_open(): port needs no preparation.  0; -1: it has said why.
 */
int helper_port_open(struct port *, const struct port_control *,
    const struct port_config *);
int helper_port_setfilter(struct port *, const struct bpf_program *);
/* -1, ENOTSUP: this kind of port cannot count. */
int helper_port_setbase(struct port *, const struct bpf_program *);
int helper_port_set(struct port *, enum port_setting, bool on);
int helper_port_offloads(struct port *, unsigned caps);

/* Looks where -n's name leads to. */
enum place {
	PLACE_SAME,
	PLACE_GONE, /* nothing has that name now: dolls stay where they are */
	PLACE_OTHER, /* another one has it now: dolls are made there, and there
			is none any more */
};
enum place helper_place(void);

/* The parameters of an interface where the doll is.  0, -1. */
int helper_read(const char *ifname, struct params *out);
/* params_watch() where the doll is: a descriptor. */
int helper_watch(void);
/* Changes the doll, whose present name is ifname.  0, -1. */
int helper_apply(const char *ifname, const struct param_change *);
/* addr_rules_judge() for the doll.  0, -1. */
int helper_judge(const char *ifname, const struct addr_offer *,
    struct addr_verdict *);
/* Labels the doll, for people: "etherpuppet: ...", ASCII.  0, -1. */
int helper_label(const char *ifname, const char *text);
/*
 * Keeps this host apart from the doll as long as there is this doll: see
 * fence_acquire().  0: helper_why() says what stays open all the same; -1,
 * EEXIST: the doll was there before us.
 */
int helper_fence(const char *ifname, bool deaf);

/* Runs a command; returns a descriptor: its standard input and output. */
int helper_exec(const char *command, pid_t *pid);
/*
 * Runs a command about the doll, in its namespace.  env: "PUPPET_...=...", ""
 * for none; PUPPET_IFNAME is put in here.  Its process; -1.
 */
pid_t helper_hook(const char *command, const char *ifname,
    char env[HELPER_ENV][HELPER_VARIABLE]);
/*
 * Ends the process of the last helper_exec() or helper_resolve(), by SIGTERM
 * or (force) SIGKILL.  0, -1.
 */
int helper_end(pid_t, bool force);

/* resolve_start(): 0, *fd is -1 if *out is filled already; -1. */
int helper_resolve(const char *text, struct resolve_answer *out, int *fd,
    pid_t *pid);

/*
 * Compiles a filter for this port: filter_build_bounded() with user[0] and
 * user[1] as in filter_config, "" for none.  *out is valid until the next
 * helper_filter().  0, -1.
 */
int helper_filter(const struct filter_config *, struct bpf_program *out);
/*
 * Exclusive mode for the ifname, linktype and pairs of this: a descriptor, see
 * exclusive_acquire().
 */
int helper_exclusive(const struct filter_config *);

/* The interface by which packets go there: way_index(). */
unsigned helper_way(const struct addr *to);

#endif

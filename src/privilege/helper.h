/* SPDX-License-Identifier: ISC */
/*
 * The helper: these functions do all that needs a right after start-up.  Each
 * sends one request of fixed size and gets one answer (request.h).  The helper
 * checks the request as if a stranger had sent it.  Data behind the pointers
 * here is copied into the request or out of the answer.
 *
 * The helper has a copy of the command line.  So a request names no command,
 * path, interface or host: "the interface" is a slave's -i or a master's doll,
 * under its present name.
 *
 * -1: errno is set, and helper_failed() and helper_why() tell more; nothing is
 * logged, unless a function says so.  The caller owns the descriptors, which
 * are close-on-exec, and waits for the processes.
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

struct options;

#define HELPER_WHY  PORT_WHY /* bytes of helper_why() */
#define HELPER_TEXT 256 /* bytes of a label, and of PUPPET_PEER's value */

/*
 * At start-up, with the original rights: keeps a copy of the command line;
 * opens the network namespace of -n, and makes it if it is missing.  0; -1: it
 * has logged why.
 */
int helper_open(const struct options *);
/*
 * Removes what outlives its descriptor: a doll, and the namespace if
 * helper_open() made it.
 */
void helper_close(void);

/*
 * After -1, until the next request.  helper_why(): the reason in words where
 * errno does not tell it, else "".  helper_failed(): the system call that
 * failed; if none did, the same as helper_why().
 */
const char *helper_failed(void);
const char *helper_why(void);

/*
 * Calls of struct port_control, which need a right.  Today they call the port
 * itself.  Once the helper is a process of its own, `port` will be a descriptor
 * of which the helper has a duplicate, a config or a program will be copied,
 * and open will send back the port's name, link type, caps and so on.  So in
 * these calls a backend must not use members that recv and send change.  They
 * return 0 if this kind of port has no such function.
 *
 * helper_port_open(): port needs no preparation.  0; -1: it has logged why.
 */
int helper_port_open(struct port *, const struct port_control *,
    const struct port_config *);
int helper_port_setfilter(struct port *, const struct bpf_program *);
/* -1, ENOTSUP: this kind of port cannot count. */
int helper_port_setbase(struct port *, const struct bpf_program *);
int helper_port_set(struct port *, enum port_setting, bool on);
int helper_port_offloads(struct port *, unsigned caps);

/* Finds out which network namespace has the name of -n now. */
enum place {
	PLACE_SAME,
	PLACE_GONE, /* none: the doll stays where it is */
	PLACE_OTHER, /* another one: the doll must be made again, there */
};
enum place helper_place(void);

/* params_read() of the interface.  0; -1, ENODEV: it is gone. */
int helper_read(struct params *out);
/* params_watch() in the doll's network namespace.  A descriptor; -1. */
int helper_watch(void);
/* Changes the doll.  0; -1. */
int helper_apply(const struct param_change *);
/* addr_rules_judge() for the doll.  0; -1. */
int helper_judge(const struct addr_offer *, struct addr_verdict *);
/* params_label() for the doll; the text must be ASCII.  0; -1. */
int helper_label(const char *text);
/*
 * fence_acquire() for the doll, deaf with -r, until the doll is removed.  0:
 * helper_why() says what stays open all the same; -1, EEXIST: the doll existed
 * before us.
 */
int helper_fence(void);

/* Runs the command of -e.  A descriptor: its standard input and output; -1. */
int helper_exec(pid_t *pid);
/*
 * Runs the command of -U in the doll's namespace; peer: for PUPPET_PEER.  Its
 * process; -1.
 */
pid_t helper_hook(const char *peer);
/*
 * Ends the process of the last helper_exec() or helper_resolve(), by SIGTERM
 * or (force) SIGKILL.  0; -1.
 */
int helper_end(pid_t, bool force);

/* resolve_start() of -s or -c.  0: *fd is -1 if *out is filled already; -1. */
int helper_resolve(struct resolve_answer *out, int *fd, pid_t *pid);

/*
 * Compiles a filter for the interface: filter_build_bounded().  own: our -f is
 * a part of it; theirs: the other side's, "" for none.  *out is valid until the
 * next helper_filter().  0; -1.
 */
struct helper_filter {
	int linktype;
	int npairs;
	struct filter_pair pairs[FILTER_PAIRS];
	bool own;
	char theirs[FILTER_TEXT];
};
int helper_filter(const struct helper_filter *, struct bpf_program *out);
/* exclusive_acquire() for the interface.  A descriptor; -1. */
int helper_exclusive(int linktype, const struct filter_pair *, int npairs);

/*
 * Where packets to an address leave this host now (way_index()).  anew: forgets
 * the earlier ways.
 */
struct helper_way {
	enum {
		WAY_UNKNOWN,
		WAY_OTHER,
		WAY_DOLL,
	} way;
	/* WAY_DOLL: the last other way, if its interface is up; 0: none */
	unsigned index;
	char ifname[PARAMS_NAME]; /* its name */
};
void helper_way(const struct addr *to, bool anew, struct helper_way *);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * The helper: a child process that keeps the rights of the start, while the
 * process itself, the relay, gives them up.  These functions do all that needs
 * a right.  Each sends one request of fixed size and waits for the answer
 * (request.h), which takes the helper no longer than the kernel's own calls:
 * what waits for others is done in children of the helper, which answer on a
 * descriptor.  The helper checks the request as if a stranger had sent it.
 * Data behind the pointers here is copied into the request or out of the
 * answer.
 *
 * The helper has a copy of the command line.  So a request names no command,
 * path, interface, host or process: "the interface" is a slave's -i or a
 * master's doll, under its present name.
 *
 * -1: errno is set, and helper_failed() and helper_why() tell more; nothing is
 * logged, unless a function says so.  The caller owns the descriptors, which
 * are close-on-exec.
 */
#ifndef HELPER_H
#define HELPER_H

#include <sys/types.h>
#include <sys/socket.h>

#include "port/addr_rules.h"
#include "filter/filter.h"
#include "privilege/dial.h"
#include "port/params.h"
#include "port/port.h"
#include "privilege/platform.h"

struct options;

#define HELPER_WHY  PORT_WHY /* bytes of helper_why() */
#define HELPER_TEXT 256 /* bytes of a label, and of PUPPET_PEER's value */

/*
 * At start-up, with the original rights: starts the helper, which keeps a copy
 * of the command line and opens the network namespace of -n, which it makes if
 * it is missing.  0; -1: it is logged why.
 */
int helper_open(const struct options *);
/*
 * Ends the helper, which removes what outlives its descriptor: a doll, and the
 * namespace if it made it.  Waits until that is done.
 */
void helper_close(void);
/* A descriptor that becomes readable when the helper has ended; -1: none. */
int helper_fd(void);

/*
 * After -1, until the next request.  helper_why(): the reason in words where
 * errno does not tell it, else "".  helper_failed(): the system call that
 * failed; if none did, the same as helper_why().
 */
const char *helper_failed(void);
const char *helper_why(void);

/* Finds out which network namespace has the name of -n now. */
enum place {
	PLACE_SAME,
	PLACE_GONE, /* none: the doll stays where it is */
	PLACE_OTHER, /* another one: the doll must be made again, there */
};
enum place helper_place(void);

/* params_read() of the interface.  0; -1, ENODEV: it is gone. */
int helper_read(struct params *out);
/*
 * A pipe that becomes readable when parameters of an interface in the doll's
 * network namespace may have changed: non-blocking.  -1.
 */
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

/* ---- children of the helper: one of each kind at a time ---- */

enum helper_child {
	CHILD_COMMAND, /* of -e */
	CHILD_HOOK, /* of -U */
	CHILD_DIAL,
	CHILD_FILTER,
	HELPER_CHILDREN
};

/*
 * Runs the command of -e.  A descriptor: its standard input and output; *err:
 * to read its standard error.  -1.
 */
int helper_exec(int *err);
/* Runs the command of -U in the doll's namespace; peer: for PUPPET_PEER. */
int helper_hook(const char *peer);
/* Sends the command of -e SIGTERM or (force) SIGKILL.  0; -1. */
int helper_end(bool force);
/*
 * Whether the command of -e or -U has ended, or there is none; then status gets
 * what waitpid(2) tells.
 */
bool helper_ended(enum helper_child, int *status);

/* dial_start() of -c or -s.  The descriptor for dial_read(); -1. */
int helper_dial(void);
/*
 * Begins to compile a filter for the interface, with our -f: filter_start().
 * The descriptor for filter_read(); -1.
 */
struct helper_filter {
	int linktype;
	int npairs;
	struct filter_pair pairs[FILTER_PAIRS];
	bool base; /* build the program without any -f, too */
	char theirs[FILTER_TEXT]; /* the other side's -f; "": none */
};
int helper_filter(const struct helper_filter *);
/* Ends CHILD_DIAL or CHILD_FILTER; status (or NULL) as above. */
void helper_stop(enum helper_child, int *status);

/* ---- */

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
/* Binds a connection to that last other way: way_hold().  0; -1. */
int helper_hold(int fd);

/*
 * Gives a TCP connection the congestion control BBR, which needs a right unless
 * the administrator allows it to all.  0; -1.
 */
int helper_far(int fd);

#endif

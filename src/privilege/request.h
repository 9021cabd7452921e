/* SPDX-License-Identifier: ISC */
/*
 * The messages between relay and helper: helper.c fills a request; request.c
 * checks it, acts and fills the answer.  They hold no pointers, so both can
 * cross a process boundary; descriptors go beside them.
 *
 * A request has only what the relay alone can know.  What the user wants is in
 * the helper's own copy of the command line, and which interface is meant
 * follows from that.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <poll.h>

#include "options.h"
#include "privilege/command.h"
#include "privilege/helper.h"

#define REQUEST_DATA 4096 /* bytes: FILTER_INSNS instructions */
#define ANSWER_DATA  160 /* bytes: NetBSD's struct ifreq */

struct request {
	enum request_what {
		REQUEST_CAPTURE, /* size -> fds[0], slot */
		REQUEST_CONTROL, /* slot, control, on */
		REQUEST_RELEASE, /* slot */
		REQUEST_IOCTL, /* slot, number, size, data -> data */
		REQUEST_LOOK, /* -> look */
		REQUEST_TAP, /* linktype, size -> fds, ifname, existed */
		REQUEST_PLACE, /* -> place */
		REQUEST_READ, /* -> params */
		REQUEST_WATCH, /* -> fds[0] */
		REQUEST_APPLY, /* change */
		REQUEST_JUDGE, /* offer -> verdict */
		REQUEST_LABEL, /* text */
		REQUEST_EXEC, /* -> fds[0], fds[1] */
		REQUEST_END, /* on: by force */
		REQUEST_ENDED, /* child -> ended, status */
		REQUEST_STOP, /* child -> status */
		REQUEST_HOOK, /* text */
		REQUEST_DIAL, /* -> fds[0] */
		REQUEST_FILTER, /* filter -> fds[0] */
		REQUEST_EXCLUSIVE, /* filter.linktype, pairs -> fds[0] */
		REQUEST_FENCE,
		REQUEST_WAY, /* to, on: forget the earlier ways -> way */
		REQUEST_FAR, /* a descriptor beside it */
		REQUEST_HOLD, /* the same */
	} what;
	uint32_t size;
	int slot;
	enum capture_control control;
	unsigned long number;
	uint8_t data[REQUEST_DATA];
	bool on;
	enum helper_child child;
	int linktype;
	struct param_change change;
	struct addr_offer offer;
	struct addr to;
	char text[HELPER_TEXT];
	struct helper_filter filter;
};

#define ANSWER_FDS	3
#define HELPER_CAPTURES 8 /* that are open at the same time */

struct answer {
	int result; /* 0 or an errno */
	char failed[PLATFORM_CALL];
	char why[HELPER_WHY]; /* the reason, where errno does not tell it */
	int fds[ANSWER_FDS]; /* -1: none; close-on-exec */
	int slot; /* of a capture, which the helper keeps open, too */
	uint8_t data[ANSWER_DATA];
	struct interface_look look;
	char ifname[PARAMS_NAME];
	bool existed;
	bool ended; /* the child has ended, or there is none */
	int status; /* of that child, as waitpid(2) tells it */
	enum place place;
	struct helper_way way;
	struct params params;
	struct addr_verdict verdict;
};

/* See helper_open() and helper_close(). */
int request_open(const struct options *);
void request_close(void);
/*
 * Acts on a request, which came with this descriptor (-1: none).  The caller
 * closes both that and the descriptors of the answer, once it is sent.  0; -1:
 * errno is answer->result.
 */
int request_call(const struct request *, int fd, struct answer *);
/* A capture has no slot any more; its descriptor is closed. */
void request_forget(int slot);
/*
 * For poll(2): what to wait for besides requests, and until when (clock_ms());
 * request_turn() handles it.
 */
void request_poll(struct pollfd *, uint64_t *due);
void request_turn(const struct pollfd *);

/*
 * The rest is shared by request.c and request_doll.c, which has the requests
 * about the doll.  Each function that acts returns 0 or an errno.
 */
int request_refuse(struct answer *, int result, const char *why);
/* Names the call that has just failed; returns errno. */
int request_fail(struct answer *, const char *call);
bool request_text_ends(const char *text, size_t size);
/*
 * The helper's copy of the command line; strings that it points to are the
 * process's own arguments.
 */
extern struct options request_words;
/*
 * request_child.c: requests that start children of the helper, or end them.
 * request_children_end() ends those that work for the relay alone.
 */
int request_exec(const struct request *, struct answer *);
int request_end(const struct request *, struct answer *);
int request_ended(const struct request *, struct answer *);
int request_stop(const struct request *, struct answer *);
int request_dial(const struct request *, struct answer *);
int request_filter(const struct request *, struct answer *);
void request_children_end(void);
/* Starts a command as this child, unless the last one still runs. */
int request_start(enum helper_child, const struct command *, struct answer *);
/* Whether the link type and the end points of a filter are such as may be. */
bool request_pairs_ok(const struct helper_filter *);
/* Fills the present name of the slave's interface. */
void request_iface_name(char name[PARAMS_NAME]);

/* Whether the family is IPv4, IPv6 or none. */
bool request_addr_ok(const struct addr *);

int request_tap(const struct request *, struct answer *);
int request_place(const struct request *, struct answer *);
int request_hook(const struct request *, struct answer *);
int request_fence(const struct request *, struct answer *);
/* request_change.c; request_change_begin(): it is a new doll. */
void request_change_begin(void);
int request_apply(const struct request *, struct answer *);
int request_judge(const struct request *, struct answer *);
int request_label(const struct request *, struct answer *);
/*
 * Fills the present name of the doll.  0, or an errno: there is none, or it
 * cannot be found in this namespace.
 */
int request_doll_name(char name[PARAMS_NAME]);
/* The index of the doll if it is in our own namespace; else 0. */
unsigned request_doll_here(void);
/* Opens the namespace of -n.  0; -1: it has logged why. */
int request_doll_begin(void);
/* At the end: removes the doll, its fence, and the namespace if it made it. */
void request_doll_end(void);
/* A descriptor of the doll's namespace; -1: ours. */
int request_ns(void);

#endif

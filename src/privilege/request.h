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

#include <pcap.h>

#include "options.h"
#include "privilege/helper.h"

struct request {
	enum request_what {
		REQUEST_CAPTURE, /* size -> fd */
		REQUEST_TAP, /* linktype, size -> fd, ifname, existed */
		REQUEST_PLACE, /* -> place */
		REQUEST_READ, /* -> params */
		REQUEST_WATCH, /* -> fd */
		REQUEST_APPLY, /* change */
		REQUEST_JUDGE, /* offer -> verdict */
		REQUEST_LABEL, /* text */
		REQUEST_EXEC, /* -> fd, pid */
		REQUEST_END, /* pid, force */
		REQUEST_HOOK, /* text -> pid */
		REQUEST_RESOLVE, /* -> fd, pid; fd -1: resolved */
		REQUEST_FILTER, /* filter -> insns */
		REQUEST_EXCLUSIVE, /* filter.linktype, pairs -> fd */
		REQUEST_FENCE,
		REQUEST_WAY, /* to, anew -> way */
	} what;
	uint32_t size;
	pid_t pid;
	bool force; /* SIGKILL, not SIGTERM */
	bool anew; /* forget the earlier ways */
	int linktype;
	struct param_change change;
	struct addr_offer offer;
	struct addr to;
	char text[HELPER_TEXT];
	struct helper_filter filter;
};

struct answer {
	int result; /* 0 or an errno */
	char failed[PLATFORM_CALL];
	char why[HELPER_WHY]; /* the reason, where errno does not tell it */
	int fd; /* -1: none; close-on-exec */
	pid_t pid; /* the caller waits for it */
	char ifname[PARAMS_NAME];
	bool existed;
	enum place place;
	struct helper_way way;
	struct params params;
	struct addr_verdict verdict;
	struct resolve_answer resolved;
	int ninsns;
	struct bpf_insn insns[FILTER_INSNS];
};

/* See helper_open() and helper_close(). */
int request_open(const struct options *);
void request_close(void);
/* Acts on a request.  0; -1: errno is answer->result. */
int request_call(const struct request *, struct answer *);

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
/* Whether the family is IPv4, IPv6 or none. */
bool request_addr_ok(const struct addr *);

int request_tap(const struct request *, struct answer *);
int request_place(const struct request *, struct answer *);
int request_apply(const struct request *, struct answer *);
int request_judge(const struct request *, struct answer *);
int request_label(const struct request *, struct answer *);
int request_hook(const struct request *, struct answer *);
int request_fence(const struct request *, struct answer *);
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

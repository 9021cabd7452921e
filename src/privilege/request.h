/* SPDX-License-Identifier: ISC */
/*
 * The messages between relay and helper: helper.c fills a request; request.c
 * checks it, acts and fills the answer.  They hold no pointers, so both can
 * cross a process boundary; descriptors go beside them.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <pcap.h>

#include "privilege/helper.h"

struct request {
	enum request_what {
		REQUEST_CAPTURE, /* ifname, size -> fd */
		/* ifname, linktype, size, ordinary -> fd, ifname, existed */
		REQUEST_TAP,
		REQUEST_PLACE, /* -> place */
		REQUEST_READ, /* ifname -> params */
		REQUEST_WATCH, /* -> fd */
		REQUEST_APPLY, /* ifname, change */
		REQUEST_JUDGE, /* ifname, offer -> verdict */
		REQUEST_LABEL, /* ifname, text */
		REQUEST_EXEC, /* text -> fd, pid */
		REQUEST_END, /* pid, force */
		REQUEST_HOOK, /* text, ifname, env -> pid */
		REQUEST_RESOLVE, /* text -> fd, pid; fd -1: resolved */
		REQUEST_FILTER, /* ifname, linktype, filter -> insns */
		REQUEST_EXCLUSIVE, /* ifname, linktype, filter.pairs -> fd */
		REQUEST_FENCE, /* ifname, force */
		REQUEST_WAY, /* to -> index */
	} what;
	char ifname[PARAMS_NAME];
	uint32_t size;
	pid_t pid;
	bool force; /* END: SIGKILL, not SIGTERM; FENCE: the argument deaf of
		       fence_acquire() */
	int linktype;
	bool ordinary; /* see struct port_config */
	struct param_change change;
	struct addr_offer offer;
	struct addr to;
	char text[HELPER_COMMAND];
	char env[HELPER_ENV][HELPER_VARIABLE]; /* "": none */
	struct {
		int npairs;
		struct filter_pair pairs[FILTER_PAIRS];
		char user[2][FILTER_TEXT]; /* "": none */
	} filter;
};

struct answer {
	int result; /* 0 or an errno */
	char failed[PLATFORM_CALL];
	char why[HELPER_WHY]; /* the reason, where errno does not tell it */
	int fd; /* -1: none; close-on-exec */
	pid_t pid; /* the caller waits for it */
	char ifname[PARAMS_NAME];
	bool existed;
	unsigned index;
	enum place place;
	struct params params;
	struct addr_verdict verdict;
	struct resolve_answer resolved;
	int ninsns;
	struct bpf_insn insns[FILTER_INSNS];
};

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
bool request_ifname_ok(const char name[PARAMS_NAME]);
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
 * Opens the namespace for dolls (-n; NULL: ours), and makes it if it is
 * missing.  0; -1: it has logged why.
 */
int request_doll_begin(const char *netns);
/* At the end: removes the doll, its fence, and the namespace if it made it. */
void request_doll_end(void);
/* A descriptor of the doll's namespace; -1: ours. */
int request_ns(void);

#endif

/*
 * The helper: every privileged act after start-up is one fixed-size request
 * to one function.  It checks the request itself and never trusts its caller;
 * its answer is a result and sometimes a descriptor.  Both structures hold no
 * pointers, so that they may cross a process boundary.
 */
#ifndef HELPER_H
#define HELPER_H

#include <sys/types.h>
#include <sys/socket.h>

#include "port/addr_rules.h"
#include "filter/filter.h"
#include "port/params.h"
#include "relay/place.h"
#include "privilege/platform.h"
#include "session/resolve.h"

#define HELPER_COMMAND 4096

struct helper_request {
	enum helper_what {
		HELPER_CAPTURE, /* ifname, size -> fd */
		HELPER_TAP, /* ifname, linktype, size, ordinary -> fd, ifname */
		HELPER_PLACE, /* -> place: looks where -n's name leads to */
		HELPER_READ, /* ifname (of the doll) -> params */
		HELPER_WATCH, /* params_watch() where dolls are -> fd */
		HELPER_APPLY, /* ifname (now of the last TAP's doll), change */
		HELPER_JUDGE, /* ifname (of the doll), offer -> verdict */
		HELPER_LABEL, /* ifname (as with APPLY), text */
		HELPER_EXEC, /* text: a command -> fd, pid */
		HELPER_END, /* pid (of the last command or RESOLVE), force */
		HELPER_HOOK, /* text, ifname (is PUPPET_IFNAME), env: a
				command -> pid */
		HELPER_RESOLVE, /* text: resolve_start() -> fd, pid; fd -1:
				   resolved */
		HELPER_FILTER, /* filter -> program */
		HELPER_EXCLUSIVE, /* ifname, linktype, filter.pairs -> fd */
		HELPER_FENCE, /* ifname (now of the last TAP's doll), force:
				 this host hears nothing there; EEXIST: the doll
				 was there before; it ends with the doll */
		HELPER_WAY, /* to -> index: where packets go that leave for it
			     */
	} what;
	char ifname[PARAMS_NAME];
	uint32_t size;
	pid_t pid;
	bool force; /* END: SIGKILL, not SIGTERM */
	int linktype;
	bool ordinary; /* as port_config has it */
	struct param_change change;
	struct addr_offer offer;
	struct addr to;
	char text[HELPER_COMMAND];
	char env[4][2048]; /* "PUPPET_...=...", "": none */
	struct {
		int npairs;
		struct filter_pair pairs[FILTER_PAIRS];
		char user[2][FILTER_TEXT]; /* "": none */
	} filter;
};

struct helper_answer {
	int result; /* 0 or an errno */
	char failed[PLATFORM_CALL];
	char why[256]; /* where errno cannot say it */
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
	struct {
		uint16_t code;
		uint8_t jt, jf;
		uint32_t k;
	} insns[FILTER_INSNS];
};

/*
 * Start-up, with the original rights: the namespace for dolls (NULL: ours),
 * made if it is missing.  0, -1: it has said why.
 */
int helper_open(const char *netns);
/* Removes the namespace if helper_open() made it. */
void helper_close(void);

/* 0, -1: errno is answer->result.  Nothing is printed. */
int helper_call(const struct helper_request *, struct helper_answer *);

#endif

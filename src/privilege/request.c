/* SPDX-License-Identifier: ISC */
/*
 * The helper's end: checks every request as if a stranger had sent it.  After
 * the checks strings end with NUL and numbers are in range.
 *
 * Functions that act on the doll run in its network namespace.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <errno.h>
#include <pcap.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege/command.h"
#include "privilege/request.h"
#include "port/port.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BUFFER_MAX   (1024U * 1024 * 1024) /* bytes: as -b takes it */

struct options request_words;
static pid_t command_pid; /* of -e; 0: none */
static pid_t resolve_pid; /* 0: none */
static unsigned iface; /* index of a slave's interface; 0: not found yet */
static unsigned way; /* index: where packets to the peer left; 0: unknown */

int
request_refuse(struct answer *a, int result, const char *why)
{
	(void)snprintf(a->why, sizeof(a->why), "%s", why);
	return result;
}

int
request_fail(struct answer *a, const char *call)
{
	(void)snprintf(a->failed, sizeof(a->failed), "%s", call);
	return errno;
}

bool
request_text_ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

bool
request_addr_ok(const struct addr *a)
{
	return a->addr_type == ADDR_TYPE_NONE || a->addr_type == ADDR_TYPE_IP ||
	    a->addr_type == ADDR_TYPE_IP6;
}

/*
 * Fills the present name of the slave's interface.  As the capture does, it
 * follows the interface by its index; if that is gone, it takes the first one
 * that has the name from the start.
 */
static void
request_iface_name(char name[PARAMS_NAME])
{
	if (iface != 0 && if_indextoname(iface, name) != NULL)
		return;
	(void)snprintf(name, PARAMS_NAME, "%s", request_words.interface);
	iface = if_nametoindex(name);
}

static int
request_capture(const struct request *r, struct answer *a)
{
	char name[PARAMS_NAME];

	if (strlen(request_words.interface) >= PARAMS_NAME)
		return request_refuse(a, ENODEV, "no such interface");
	if (r->size > BUFFER_MAX)
		return request_refuse(a, EINVAL, "buffer too large");
	request_iface_name(name);
	a->fd = capture_acquire(name, r->size, a->why, sizeof(a->why));
	return a->fd == -1 ? errno : 0;
}

static int
request_read(const struct request *r, struct answer *a)
{
	char name[PARAMS_NAME];
	int result = 0;

	(void)r;
	if (request_words.role == ROLE_SLAVE)
		request_iface_name(name);
	else
		result = request_doll_name(name);
	errno = result;
	if (result != 0 || params_read(name, &a->params) == -1)
		return request_fail(a, "read parameters");
	return 0;
}

static int
request_watch(const struct request *r, struct answer *a)
{
	(void)r;
	a->fd = params_watch();
	return a->fd == -1 ? request_fail(a, "watch interfaces") : 0;
}

/* The last way but the doll, if its interface is up. */
static void
request_way_back(struct helper_way *out)
{
	struct params now;

	if (way == 0 || if_indextoname(way, out->ifname) == NULL ||
	    params_read(out->ifname, &now) == -1 || (now.flags & PARAM_UP) == 0)
		return;
	out->index = way;
}

static int
request_way(const struct request *r, struct answer *a)
{
	unsigned index;

	if (r->to.addr_type != ADDR_TYPE_IP && r->to.addr_type != ADDR_TYPE_IP6)
		return request_refuse(a, EINVAL, "no address");
	if (r->anew)
		way = 0;
	index = way_index(&r->to);
	if (index == 0)
		return 0;
	if (index != request_doll_here()) {
		a->way.way = WAY_OTHER;
		way = index;
		return 0;
	}
	a->way.way = WAY_DOLL;
	request_way_back(&a->way);
	return 0;
}

static int
request_exec(const struct request *r, struct answer *a)
{
	struct command command = { .text = request_words.peer, .ns = -1 };
	const char *failed;
	int pair[2], result = 0;

	(void)r;
	if (request_words.form != PEER_EXEC)
		return request_refuse(a, EPERM, "no -e");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return request_fail(a, "socketpair");
	command.io = pair[1];
	a->pid = command_start(&command, &failed);
	if (a->pid == -1)
		result = request_fail(a, failed);
	else
		a->fd = pair[0];
	command_pid = a->pid;
	(void)close(pair[1]);
	if (result != 0)
		(void)close(pair[0]);
	return result;
}

static int
request_end(const struct request *r, struct answer *a)
{
	if (r->pid <= 0 || (r->pid != command_pid && r->pid != resolve_pid))
		return request_refuse(a, EPERM, "not our command");
	if (command_end(r->pid, r->force) == -1)
		return request_fail(a, "kill");
	return 0;
}

static int
request_resolve(const struct request *r, struct answer *a)
{
	(void)r;
	if (request_words.form != PEER_CONNECT &&
	    request_words.form != PEER_LISTEN)
		return request_refuse(a, EPERM, "neither -s nor -c");
	a->fd = resolve_start(request_words.peer, &a->resolved, &a->pid);
	resolve_pid = a->pid;
	if (a->fd == -1 && a->resolved.naddrs == 0)
		return request_refuse(a, a->resolved.error, a->resolved.why);
	return 0;
}

static bool
request_pair_ok(const struct filter_pair *pair)
{
	return request_addr_ok(&pair->src) && request_addr_ok(&pair->dst);
}

/* Whether the link type and the end points are such as may be. */
static bool
request_pairs_ok(const struct helper_filter *f)
{
	int i;

	if ((f->linktype != LINK_ETHERNET && f->linktype != LINK_RAW) ||
	    f->npairs < 0 || f->npairs > FILTER_PAIRS)
		return false;
	for (i = 0; i < f->npairs; i++)
		if (!request_pair_ok(&f->pairs[i]))
			return false;
	return true;
}

static int
request_filter(const struct request *r, struct answer *a)
{
	const struct helper_filter *f = &r->filter;
	char name[PARAMS_NAME];
	struct filter_config config = { .linktype = f->linktype,
		.npairs = f->npairs,
		.ifname = name };
	struct bpf_program program;
	int result = 0;

	if (!request_pairs_ok(f) ||
	    !request_text_ends(f->theirs, sizeof(f->theirs)))
		return request_refuse(a, EINVAL, "no valid filter");
	request_iface_name(name);
	memcpy(config.pairs, f->pairs, sizeof(config.pairs));
	if (f->own && request_words.filter[0] != '\0')
		config.user[0] = request_words.filter;
	if (f->theirs[0] != '\0')
		config.user[1] = f->theirs;
	if (filter_build_bounded(&config, &program, a->why, sizeof(a->why)) ==
	    -1)
		return EINVAL;
	if (program.bf_len > FILTER_INSNS)
		result = request_refuse(a, E2BIG, "filter too long");
	else if (!filter_known(&program, a->why, sizeof(a->why)))
		result = EINVAL;
	else {
		a->ninsns = (int)program.bf_len;
		memcpy(a->insns, program.bf_insns,
		    program.bf_len * sizeof(a->insns[0]));
	}
	filter_free(&program);
	return result;
}

/* Whether some peer may have exclusive mode: see slave.c. */
static bool
request_exclusive_ok(void)
{
	return request_words.exclusive ||
	    (!request_words.readonly && request_words.form != PEER_LISTEN);
}

static int
request_exclusive(const struct request *r, struct answer *a)
{
	const struct helper_filter *f = &r->filter;
	char name[PARAMS_NAME];

	if (!request_pairs_ok(f))
		return request_refuse(a, EINVAL, "no valid end points");
	if (!request_exclusive_ok())
		return request_refuse(a, EPERM, "no peer may have it");
	request_iface_name(name);
	a->fd = exclusive_acquire(name, f->linktype, f->pairs, f->npairs,
	    a->why, sizeof(a->why));
	return a->fd == -1 ? errno : 0;
}

enum who { SLAVES = 1, MASTERS = 2, ALL = SLAVES | MASTERS };

static const struct {
	int (*act)(const struct request *, struct answer *);
	enum who who; /* may ask for it */
	bool inside; /* run it in the doll's namespace */
} acts[] = {
	[REQUEST_CAPTURE] = { request_capture, SLAVES, false },
	[REQUEST_TAP] = { request_tap, MASTERS, true },
	[REQUEST_PLACE] = { request_place, MASTERS, false },
	[REQUEST_READ] = { request_read, ALL, true },
	[REQUEST_WATCH] = { request_watch, ALL, true },
	[REQUEST_WAY] = { request_way, MASTERS, false },
	[REQUEST_APPLY] = { request_apply, MASTERS, true },
	[REQUEST_JUDGE] = { request_judge, MASTERS, true },
	[REQUEST_LABEL] = { request_label, MASTERS, true },
	[REQUEST_EXEC] = { request_exec, ALL, false },
	[REQUEST_END] = { request_end, ALL, false },
	[REQUEST_HOOK] = { request_hook, MASTERS, true },
	[REQUEST_RESOLVE] = { request_resolve, ALL, false },
	[REQUEST_FILTER] = { request_filter, SLAVES, false },
	[REQUEST_EXCLUSIVE] = { request_exclusive, SLAVES, false },
	[REQUEST_FENCE] = { request_fence, MASTERS, true },
};

static bool
request_may(enum request_what what)
{
	enum who who = request_words.role == ROLE_SLAVE ? SLAVES : MASTERS;

	return (acts[what].who & who) != 0;
}

static int
request_do(const struct request *r, struct answer *a)
{
	int back, result;

	if ((unsigned)r->what >= COUNT(acts))
		return request_refuse(a, EINVAL, "unknown request");
	if (!request_may(r->what))
		return request_refuse(a, EPERM, "not of this side");
	if (request_ns() == -1 || !acts[r->what].inside)
		return acts[r->what].act(r, a);
	if ((back = netns_enter(request_ns())) == -1)
		return request_fail(a, "setns");
	result = acts[r->what].act(r, a);
	netns_leave(back);
	return result;
}

int
request_call(const struct request *r, struct answer *a)
{
	memset(a, 0, sizeof(*a));
	a->fd = -1;
	if ((a->result = request_do(r, a)) == 0)
		return 0;
	errno = a->result;
	return -1;
}

int
request_open(const struct options *opt)
{
	request_words = *opt;
	iface = way = 0;
	return request_doll_begin();
}

void
request_close(void)
{
	request_doll_end();
}

/* SPDX-License-Identifier: ISC */
/*
 * The helper's end: checks every request as if a stranger had sent it.  After
 * the checks strings end with NUL and numbers are in range.
 *
 * Functions that act on the doll run in its network namespace.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <errno.h>
#include <pcap.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege/command.h"
#include "privilege/request.h"
#include "port/port.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static pid_t command_pid; /* of -e; 0: none */
static pid_t resolve_pid; /* 0: none */

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
request_ifname_ok(const char name[PARAMS_NAME])
{
	return request_text_ends(name, PARAMS_NAME) && params_name_ok(name);
}

bool
request_addr_ok(const struct addr *a)
{
	return a->addr_type == ADDR_TYPE_NONE || a->addr_type == ADDR_TYPE_IP ||
	    a->addr_type == ADDR_TYPE_IP6;
}

static int
request_capture(const struct request *r, struct answer *a)
{
	a->fd = capture_acquire(r->ifname, r->size, a->why, sizeof(a->why));
	return a->fd == -1 ? errno : 0;
}

static int
request_read(const struct request *r, struct answer *a)
{
	if (params_read(r->ifname, &a->params) == -1)
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

static int
request_way(const struct request *r, struct answer *a)
{
	if (r->to.addr_type != ADDR_TYPE_IP && r->to.addr_type != ADDR_TYPE_IP6)
		return request_refuse(a, EINVAL, "no address");
	a->index = way_index(&r->to);
	return 0;
}

static int
request_exec(const struct request *r, struct answer *a)
{
	struct command command = { .text = r->text, .ns = -1 };
	const char *failed;
	int pair[2], result = 0;

	if (!request_text_ends(r->text, sizeof(r->text)) || r->text[0] == '\0')
		return request_refuse(a, EINVAL, "no command");
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
	if (!request_text_ends(r->text, sizeof(r->text)))
		return request_refuse(a, EINVAL, "no end of the text");
	a->fd = resolve_start(r->text, &a->resolved, &a->pid);
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

/* Fills the config from the request; false: the request makes no sense. */
static bool
request_filter_config(const struct request *r, struct filter_config *config)
{
	int i;

	memset(config, 0, sizeof(*config));
	if ((r->ifname[0] != '\0' && !request_ifname_ok(r->ifname)) ||
	    (r->linktype != LINK_ETHERNET && r->linktype != LINK_RAW) ||
	    r->filter.npairs < 0 || r->filter.npairs > FILTER_PAIRS)
		return false;
	config->ifname = r->ifname[0] != '\0' ? r->ifname : NULL;
	config->linktype = r->linktype;
	config->npairs = r->filter.npairs;
	for (i = 0; i < config->npairs; i++) {
		if (!request_pair_ok(&r->filter.pairs[i]))
			return false;
		config->pairs[i] = r->filter.pairs[i];
	}
	for (i = 0; i < 2; i++) {
		if (!request_text_ends(r->filter.user[i], FILTER_TEXT))
			return false;
		if (r->filter.user[i][0] != '\0')
			config->user[i] = r->filter.user[i];
	}
	return true;
}

static int
request_filter(const struct request *r, struct answer *a)
{
	struct filter_config config;
	struct bpf_program program;
	int result = 0;

	if (!request_filter_config(r, &config))
		return request_refuse(a, EINVAL, "no valid filter");
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

static int
request_exclusive(const struct request *r, struct answer *a)
{
	struct filter_config config;

	if (!request_filter_config(r, &config) || config.ifname == NULL)
		return request_refuse(a, EINVAL, "no valid end points");
	a->fd = exclusive_acquire(config.ifname, config.linktype, config.pairs,
	    config.npairs, a->why, sizeof(a->why));
	return a->fd == -1 ? errno : 0;
}

static const struct {
	int (*act)(const struct request *, struct answer *);
	bool inside; /* run it in the doll's namespace */
	bool named; /* ifname must be the name of an interface */
} acts[] = {
	[REQUEST_CAPTURE] = { request_capture, false, true },
	[REQUEST_TAP] = { request_tap, true, false },
	[REQUEST_PLACE] = { request_place, false, false },
	[REQUEST_READ] = { request_read, true, true },
	[REQUEST_WATCH] = { request_watch, true, false },
	[REQUEST_WAY] = { request_way, false, false },
	[REQUEST_APPLY] = { request_apply, true, true },
	[REQUEST_JUDGE] = { request_judge, true, true },
	[REQUEST_LABEL] = { request_label, true, true },
	[REQUEST_EXEC] = { request_exec, false, false },
	[REQUEST_END] = { request_end, false, false },
	/* its child enters the namespace */
	[REQUEST_HOOK] = { request_hook, false, true },
	[REQUEST_RESOLVE] = { request_resolve, false, false },
	[REQUEST_FILTER] = { request_filter, false, false },
	[REQUEST_EXCLUSIVE] = { request_exclusive, false, false },
	[REQUEST_FENCE] = { request_fence, true, true },
};

static int
request_do(const struct request *r, struct answer *a)
{
	int back, result;

	if ((unsigned)r->what >= COUNT(acts))
		return request_refuse(a, EINVAL, "unknown request");
	if (acts[r->what].named && !request_ifname_ok(r->ifname))
		return request_refuse(a, EINVAL, "no name of an interface");
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

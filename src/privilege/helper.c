/*
 * The helper: see the header for what it is.  Every request is checked here
 * as if a stranger had sent it: what comes after the checks may rely on
 * strings having an end and numbers being in range.
 *
 * What concerns the doll is done in its network namespace.
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
#include "privilege/helper.h"
#include "log.h"
#include "relay/place.h"
#include "port/port.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static pid_t command_pid; /* of -e; 0: none */
static pid_t resolve_pid; /* 0: none */
static unsigned doll; /* index of the only interface that is changed */
static bool doll_existed;
static int fence = -1; /* keeps the doll off this host */

int
helper_open(const char *netns)
{
	return place_open(netns);
}

static void
fence_end(void)
{
	if (fence != -1)
		(void)close(fence);
	fence = -1;
}

void
helper_close(void)
{
	tap_release();
	fence_end();
	place_close();
	doll = 0;
}

static int
refuse(struct helper_answer *a, int result, const char *why)
{
	(void)snprintf(a->why, sizeof(a->why), "%s", why);
	return result;
}

static int
fail(struct helper_answer *a, const char *call)
{
	(void)snprintf(a->failed, sizeof(a->failed), "%s", call);
	return errno;
}

static bool
text_ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool
ifname_ok(const char name[PARAMS_NAME])
{
	return text_ends(name, PARAMS_NAME) && params_name_ok(name);
}

static int
act_capture(const struct helper_request *r, struct helper_answer *a)
{
	if (!ifname_ok(r->ifname))
		return refuse(a, EINVAL, "no name of an interface");
	a->fd = capture_acquire(r->ifname, r->size, a->failed);
	return a->fd == -1 ? errno : 0;
}

static int
act_tap(const struct helper_request *r, struct helper_answer *a)
{
	if ((r->ifname[0] != '\0' && !ifname_ok(r->ifname)) ||
	    strchr(r->ifname, '%') != NULL) /* a pattern for Linux */
		return refuse(a, EINVAL, "no name of an interface");
	if (r->linktype != LINK_ANY && r->linktype != LINK_ETHERNET &&
	    r->linktype != LINK_RAW)
		return refuse(a, EINVAL, "unknown link type");
	if (r->size > INT32_MAX)
		return refuse(a, EINVAL, "queue too long");
	(void)strcpy(a->ifname, r->ifname);
	doll = 0;
	tap_release();
	a->fd = tap_acquire(a->ifname, r->linktype, r->size, &a->existed,
	    a->failed);
	if (a->fd == -1)
		return errno;
	if (!r->ordinary || !place_is_new())
		tap_silence(a->ifname);
	doll = if_nametoindex(a->ifname);
	doll_existed = a->existed;
	return 0;
}

static int
act_read(const struct helper_request *r, struct helper_answer *a)
{
	if (!ifname_ok(r->ifname))
		return refuse(a, EINVAL, "no name of an interface");
	if (params_read(r->ifname, &a->params) == -1)
		return fail(a, "read parameters");
	return 0;
}

static int
act_watch(const struct helper_request *r, struct helper_answer *a)
{
	(void)r;
	a->fd = params_watch();
	return a->fd == -1 ? fail(a, "watch interfaces") : 0;
}

static int
act_way(const struct helper_request *r, struct helper_answer *a)
{
	if (r->to.addr_type != ADDR_TYPE_IP && r->to.addr_type != ADDR_TYPE_IP6)
		return refuse(a, EINVAL, "no address");
	a->index = way_index(&r->to);
	return 0;
}

/* What a peer may not say, the caller may not ask for either. */
static bool
change_ok(const struct param_change *change)
{
	struct params p = { .naddrs = 1 };

	p.have_mac = change->what == PARAM_SET_MAC;
	p.have_mtu = change->what == PARAM_SET_MTU;
	p.have_addrs = change->what == PARAM_ADD_ADDR ||
	    change->what == PARAM_DEL_ADDR;
	memcpy(p.mac, change->mac, sizeof(p.mac));
	p.mtu = change->mtu;
	if (change->what == PARAM_SET_SPEED)
		p.speed = change->speed != 0 ? change->speed : UINT32_MAX;
	p.addrs[0] = change->addr;
	return params_validate(&p) == 0;
}

static int
act_apply(const struct helper_request *r, struct helper_answer *a)
{
	static const char *const names[] = {
		[PARAM_SET_MAC] = "set MAC",
		[PARAM_SET_MTU] = "set MTU",
		[PARAM_ADD_ADDR] = "add address",
		[PARAM_DEL_ADDR] = "remove address",
		[PARAM_SET_SPEED] = "set speed",
		[PARAM_SET_UP] = "set up",
	};
	unsigned index;

	if (!ifname_ok(r->ifname))
		return refuse(a, EINVAL, "no name of an interface");
	if ((unsigned)r->change.what >= COUNT(names) || !change_ok(&r->change))
		return refuse(a, EINVAL, "no valid change");
	if ((index = if_nametoindex(r->ifname)) == 0)
		return refuse(a, ENODEV, "no such interface");
	if (doll == 0 || index != doll)
		return refuse(a, EPERM, "not our doll");
	if (params_apply(r->ifname, &r->change) == -1)
		return fail(a, names[r->change.what]);
	return 0;
}

static int
act_place(const struct helper_request *r, struct helper_answer *a)
{
	(void)r;
	a->place = place_look();
	if (a->place == PLACE_OTHER)
		doll = 0;
	return 0;
}

#define LABEL	  "etherpuppet: "
#define LABEL_MAX 255

static int
act_label(const struct helper_request *r, struct helper_answer *a)
{
	const char *p;

	if (!ifname_ok(r->ifname))
		return refuse(a, EINVAL, "no name of an interface");
	if (!text_ends(r->text, LABEL_MAX + 1) ||
	    strncmp(r->text, LABEL, strlen(LABEL)) != 0)
		return refuse(a, EINVAL, "no label of ours");
	for (p = r->text; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			return refuse(a, EINVAL, "no label of ours");
	if (doll == 0 || if_nametoindex(r->ifname) != doll)
		return refuse(a, EPERM, "not our doll");
	if (params_label(r->ifname, r->text) == -1)
		return fail(a, "set label");
	return 0;
}

/* An IP address, or none. */
static bool
addr_ok(const struct addr *a)
{
	return a->addr_type == ADDR_TYPE_NONE || a->addr_type == ADDR_TYPE_IP ||
	    a->addr_type == ADDR_TYPE_IP6;
}

/* What a peer may not say, the caller may not ask about either. */
static bool
offer_ok(const struct addr_offer *offer)
{
	struct params p = { .have_addrs = true, .naddrs = offer->naddrs };

	if (!addr_ok(&offer->own) || !addr_ok(&offer->remote) ||
	    offer->naddrs < 0 || offer->naddrs > PARAMS_ADDRS)
		return false;
	memcpy(p.addrs, offer->addrs, sizeof(p.addrs));
	return params_validate(&p) == 0;
}

static int
act_judge(const struct helper_request *r, struct helper_answer *a)
{
	if (!ifname_ok(r->ifname))
		return refuse(a, EINVAL, "no name of an interface");
	if (!offer_ok(&r->offer))
		return refuse(a, EINVAL, "no valid addresses");
	if (addr_judge(r->ifname, &r->offer, place_ns() != -1, &a->verdict) ==
	    -1)
		return fail(a, "list addresses and routes");
	return 0;
}

static int
act_exec(const struct helper_request *r, struct helper_answer *a)
{
	struct command command = { .text = r->text, .ns = -1 };
	const char *failed;
	int pair[2], result = 0;

	if (!text_ends(r->text, sizeof(r->text)) || r->text[0] == '\0')
		return refuse(a, EINVAL, "no command");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return fail(a, "socketpair");
	command.io = pair[1];
	a->pid = command_start(&command, &failed);
	if (a->pid == -1)
		result = fail(a, failed);
	else
		a->fd = pair[0];
	command_pid = a->pid;
	(void)close(pair[1]);
	if (result != 0)
		(void)close(pair[0]);
	return result;
}

static int
act_end(const struct helper_request *r, struct helper_answer *a)
{
	if (r->pid <= 0 || (r->pid != command_pid && r->pid != resolve_pid))
		return refuse(a, EPERM, "not our command");
	if (command_end(r->pid, r->force) == -1)
		return fail(a, "kill");
	return 0;
}

/* One variable of the request; "" is none. */
static bool
variable_ok(const char *text, size_t size)
{
	return text_ends(text, size) &&
	    (text[0] == '\0' ||
		(strncmp(text, "PUPPET_", 7) == 0 &&
		    strchr(text, '=') != NULL));
}

static int
act_hook(const struct helper_request *r, struct helper_answer *a)
{
	struct command command = { .text = r->text,
		.io = -1,
		.ns = place_ns() };
	char ifname[sizeof("PUPPET_IFNAME=") + PARAMS_NAME];
	const char *failed;
	size_t i, n = 0;

	if (!ifname_ok(r->ifname))
		return refuse(a, EINVAL, "no name of an interface");
	if (!text_ends(r->text, sizeof(r->text)) || r->text[0] == '\0')
		return refuse(a, EINVAL, "no command");
	(void)snprintf(ifname, sizeof(ifname), "PUPPET_IFNAME=%s", r->ifname);
	command.env[n++] = ifname;
	for (i = 0; i < COUNT(r->env); i++) {
		if (!variable_ok(r->env[i], sizeof(r->env[i])))
			return refuse(a, EINVAL, "no variable of ours");
		if (r->env[i][0] != '\0')
			command.env[n++] = r->env[i];
	}
	if ((a->pid = command_start(&command, &failed)) == -1)
		return fail(a, failed);
	return 0;
}

static int
act_resolve(const struct helper_request *r, struct helper_answer *a)
{
	if (!text_ends(r->text, sizeof(r->text)))
		return refuse(a, EINVAL, "no end of the text");
	a->fd = resolve_start(r->text, &a->resolved, &a->pid);
	resolve_pid = a->pid;
	if (a->fd == -1 && a->resolved.naddrs == 0)
		return refuse(a, a->resolved.error, a->resolved.why);
	return 0;
}

static bool
pair_ok(const struct filter_pair *pair)
{
	return addr_ok(&pair->src) && addr_ok(&pair->dst);
}

/* From the request; false: it makes no sense. */
static bool
filter_config_take(const struct helper_request *r, struct filter_config *config)
{
	int i;

	memset(config, 0, sizeof(*config));
	if ((r->ifname[0] != '\0' && !ifname_ok(r->ifname)) ||
	    (r->linktype != LINK_ETHERNET && r->linktype != LINK_RAW) ||
	    r->filter.npairs < 0 || r->filter.npairs > FILTER_PAIRS)
		return false;
	config->ifname = r->ifname[0] != '\0' ? r->ifname : NULL;
	config->linktype = r->linktype;
	config->npairs = r->filter.npairs;
	for (i = 0; i < config->npairs; i++) {
		if (!pair_ok(&r->filter.pairs[i]))
			return false;
		config->pairs[i] = r->filter.pairs[i];
	}
	for (i = 0; i < 2; i++) {
		if (!text_ends(r->filter.user[i], FILTER_TEXT))
			return false;
		if (r->filter.user[i][0] != '\0')
			config->user[i] = r->filter.user[i];
	}
	return true;
}

static int
act_filter(const struct helper_request *r, struct helper_answer *a)
{
	struct filter_config config;
	struct bpf_program program;
	unsigned i;
	int result = 0;

	if (!filter_config_take(r, &config))
		return refuse(a, EINVAL, "no valid filter");
	if (filter_build_bounded(&config, &program, a->why, sizeof(a->why)) ==
	    -1)
		return EINVAL;
	if (program.bf_len > FILTER_INSNS)
		result = refuse(a, E2BIG, "filter too long");
	else if (!filter_known(&program, a->why, sizeof(a->why)))
		result = EINVAL;
	for (i = 0; result == 0 && i < program.bf_len; i++) {
		a->insns[i].code = program.bf_insns[i].code;
		a->insns[i].jt = program.bf_insns[i].jt;
		a->insns[i].jf = program.bf_insns[i].jf;
		a->insns[i].k = program.bf_insns[i].k;
		a->ninsns++;
	}
	filter_free(&program);
	return result;
}

static int
act_exclusive(const struct helper_request *r, struct helper_answer *a)
{
	struct filter_config config;

	if (!filter_config_take(r, &config) || config.ifname == NULL)
		return refuse(a, EINVAL, "no valid end points");
	a->fd = exclusive_acquire(config.ifname, config.linktype, config.pairs,
	    config.npairs, a->why, sizeof(a->why));
	return a->fd == -1 ? errno : 0;
}

/* The one of an earlier doll ends when the next one's is there. */
static int
act_fence(const struct helper_request *r, struct helper_answer *a)
{
	int fd;

	if (!ifname_ok(r->ifname))
		return refuse(a, EINVAL, "no name of an interface");
	if (doll == 0 || if_nametoindex(r->ifname) != doll)
		return refuse(a, EPERM, "not our doll");
	if (place_ns() != -1)
		return refuse(a, EPERM, "it is not in this host's namespace");
	if (doll_existed)
		return refuse(a, EEXIST, "it was there before");
	fd = fence_acquire(doll, r->force, a->why, sizeof(a->why));
	if (fd == -1)
		return errno;
	fence_end();
	fence = fd;
	return 0;
}

/* inside: in the doll's namespace. */
static const struct {
	int (*act)(const struct helper_request *, struct helper_answer *);
	bool inside;
} acts[] = {
	[HELPER_CAPTURE] = { act_capture, false },
	[HELPER_TAP] = { act_tap, true },
	[HELPER_PLACE] = { act_place, false },
	[HELPER_READ] = { act_read, true },
	[HELPER_WATCH] = { act_watch, true },
	[HELPER_WAY] = { act_way, false },
	[HELPER_APPLY] = { act_apply, true },
	[HELPER_JUDGE] = { act_judge, true },
	[HELPER_LABEL] = { act_label, true },
	[HELPER_EXEC] = { act_exec, false },
	[HELPER_END] = { act_end, false },
	[HELPER_HOOK] = { act_hook, false }, /* goes there in the child */
	[HELPER_RESOLVE] = { act_resolve, false },
	[HELPER_FILTER] = { act_filter, false },
	[HELPER_EXCLUSIVE] = { act_exclusive, false },
	[HELPER_FENCE] = { act_fence, true },
};

static int
act_do(const struct helper_request *r, struct helper_answer *a)
{
	int back, result;

	if ((unsigned)r->what >= COUNT(acts))
		return refuse(a, EINVAL, "unknown request");
	if (place_ns() == -1 || !acts[r->what].inside)
		return acts[r->what].act(r, a);
	if ((back = netns_enter(place_ns())) == -1)
		return fail(a, "setns");
	result = acts[r->what].act(r, a);
	netns_leave(back);
	return result;
}

int
helper_call(const struct helper_request *r, struct helper_answer *a)
{
	memset(a, 0, sizeof(*a));
	a->fd = -1;
	if ((a->result = act_do(r, a)) == 0)
		return 0;
	errno = a->result;
	return -1;
}

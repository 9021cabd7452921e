/*
 * Requests that concern the doll.  There is one, and no request changes any
 * other interface.
 */
#include <sys/types.h>
#include <net/if.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege/command.h"
#include "privilege/request.h"
#include "port/port.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static unsigned doll; /* index of the only interface that is changed; 0: none */
static bool doll_existed;
static int fence = -1; /* keeps the doll off this host */

static void
request_fence_end(void)
{
	if (fence != -1)
		(void)close(fence);
	fence = -1;
}

void
request_doll_end(void)
{
	tap_release();
	request_fence_end();
	doll = 0;
}

int
request_tap(const struct request *r, struct answer *a)
{
	if ((r->ifname[0] != '\0' && !request_ifname_ok(r->ifname)) ||
	    strchr(r->ifname, '%') != NULL) /* a pattern for Linux */
		return request_refuse(a, EINVAL, "no name of an interface");
	if (r->linktype != LINK_ANY && r->linktype != LINK_ETHERNET &&
	    r->linktype != LINK_RAW)
		return request_refuse(a, EINVAL, "unknown link type");
	if (r->size > INT32_MAX)
		return request_refuse(a, EINVAL, "queue too long");
	(void)strcpy(a->ifname, r->ifname);
	doll = 0;
	tap_release();
	a->fd = tap_acquire(a->ifname, r->linktype, r->size, &a->existed,
	    a->why, sizeof(a->why));
	if (a->fd == -1)
		return errno;
	if (!r->ordinary || !place_is_new())
		tap_silence(a->ifname);
	doll = if_nametoindex(a->ifname);
	doll_existed = a->existed;
	return 0;
}

/* What a peer may not say, the caller may not ask for either. */
static bool
request_change_ok(const struct param_change *change)
{
	bool first = change->what == PARAM_SET_FIRST;
	struct params p = { .naddrs = 1 };

	p.have_mac = change->what == PARAM_SET_MAC;
	p.have_mtu = change->what == PARAM_SET_MTU || (first && change->mtu);
	p.have_addrs = change->what == PARAM_ADD_ADDR ||
	    change->what == PARAM_DEL_ADDR ||
	    (first && change->addr.addr.addr_type != ADDR_TYPE_NONE);
	memcpy(p.mac, change->mac, sizeof(p.mac));
	p.mtu = change->mtu;
	if (change->what == PARAM_SET_SPEED)
		p.speed = change->speed != 0 ? change->speed : UINT32_MAX;
	p.addrs[0] = change->addr;
	return params_validate(&p) == 0;
}

int
request_apply(const struct request *r, struct answer *a)
{
	static const char *const names[] = {
		[PARAM_SET_MAC] = "set MAC",
		[PARAM_SET_MTU] = "set MTU",
		[PARAM_ADD_ADDR] = "add address",
		[PARAM_DEL_ADDR] = "remove address",
		[PARAM_SET_SPEED] = "set speed",
		[PARAM_SET_UP] = "set up",
		[PARAM_SET_FIRST] = "set MTU and address",
	};
	unsigned index;

	if (!request_ifname_ok(r->ifname))
		return request_refuse(a, EINVAL, "no name of an interface");
	if ((unsigned)r->change.what >= COUNT(names) ||
	    !request_change_ok(&r->change))
		return request_refuse(a, EINVAL, "no valid change");
	if ((index = if_nametoindex(r->ifname)) == 0)
		return request_refuse(a, ENODEV, "no such interface");
	if (doll == 0 || index != doll)
		return request_refuse(a, EPERM, "not our doll");
	if (params_apply(r->ifname, &r->change) == -1)
		return request_fail(a, names[r->change.what]);
	return 0;
}

int
request_place(const struct request *r, struct answer *a)
{
	(void)r;
	a->place = place_look();
	if (a->place == PLACE_OTHER)
		doll = 0;
	return 0;
}

#define LABEL	  "etherpuppet: "
#define LABEL_MAX 255

int
request_label(const struct request *r, struct answer *a)
{
	const char *p;

	if (!request_ifname_ok(r->ifname))
		return request_refuse(a, EINVAL, "no name of an interface");
	if (!request_text_ends(r->text, LABEL_MAX + 1) ||
	    strncmp(r->text, LABEL, strlen(LABEL)) != 0)
		return request_refuse(a, EINVAL, "no label of ours");
	for (p = r->text; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			return request_refuse(a, EINVAL, "no label of ours");
	if (doll == 0 || if_nametoindex(r->ifname) != doll)
		return request_refuse(a, EPERM, "not our doll");
	if (params_label(r->ifname, r->text) == -1)
		return request_fail(a, "set label");
	return 0;
}

/* What a peer may not say, the caller may not ask about either. */
static bool
request_offer_ok(const struct addr_offer *offer)
{
	struct params p = { .have_addrs = true, .naddrs = offer->naddrs };

	if (!request_addr_ok(&offer->own) || !request_addr_ok(&offer->remote) ||
	    offer->naddrs < 0 || offer->naddrs > PARAMS_ADDRS)
		return false;
	memcpy(p.addrs, offer->addrs, sizeof(p.addrs));
	return params_validate(&p) == 0;
}

int
request_judge(const struct request *r, struct answer *a)
{
	if (!request_ifname_ok(r->ifname))
		return request_refuse(a, EINVAL, "no name of an interface");
	if (!request_offer_ok(&r->offer))
		return request_refuse(a, EINVAL, "no valid addresses");
	if (addr_rules_judge(r->ifname, &r->offer, place_ns() != -1,
		&a->verdict) == -1)
		return request_fail(a, "list addresses and routes");
	return 0;
}

/* One variable of the request; "" is none. */
static bool
request_variable_ok(const char *text, size_t size)
{
	return request_text_ends(text, size) &&
	    (text[0] == '\0' ||
		(strncmp(text, "PUPPET_", 7) == 0 &&
		    strchr(text, '=') != NULL));
}

int
request_hook(const struct request *r, struct answer *a)
{
	struct command command = { .text = r->text,
		.io = -1,
		.ns = place_ns() };
	char ifname[sizeof("PUPPET_IFNAME=") + PARAMS_NAME];
	const char *failed;
	size_t i, n = 0;

	if (!request_ifname_ok(r->ifname))
		return request_refuse(a, EINVAL, "no name of an interface");
	if (!request_text_ends(r->text, sizeof(r->text)) || r->text[0] == '\0')
		return request_refuse(a, EINVAL, "no command");
	(void)snprintf(ifname, sizeof(ifname), "PUPPET_IFNAME=%s", r->ifname);
	command.env[n++] = ifname;
	for (i = 0; i < COUNT(r->env); i++) {
		if (!request_variable_ok(r->env[i], sizeof(r->env[i])))
			return request_refuse(a, EINVAL, "no variable of ours");
		if (r->env[i][0] != '\0')
			command.env[n++] = r->env[i];
	}
	if ((a->pid = command_start(&command, &failed)) == -1)
		return request_fail(a, failed);
	return 0;
}

/* The one of an earlier doll ends when the next one's is there. */
int
request_fence(const struct request *r, struct answer *a)
{
	int fd;

	if (!request_ifname_ok(r->ifname))
		return request_refuse(a, EINVAL, "no name of an interface");
	if (doll == 0 || if_nametoindex(r->ifname) != doll)
		return request_refuse(a, EPERM, "not our doll");
	if (place_ns() != -1)
		return request_refuse(a, EPERM,
		    "it is not in this host's namespace");
	if (doll_existed)
		return request_refuse(a, EEXIST, "it was there before");
	fd = fence_acquire(doll, r->force, a->why, sizeof(a->why));
	if (fd == -1)
		return errno;
	request_fence_end();
	fence = fd;
	return 0;
}

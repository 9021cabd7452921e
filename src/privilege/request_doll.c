/* SPDX-License-Identifier: ISC */
/*
 * Requests about the doll.  There is one doll, and no request changes another
 * interface.
 *
 * The doll is in the network namespace of -n, or in ours.  A namespace that we
 * have open stays when its name is deleted, but nobody can find it any more,
 * nor the doll in it.  Its owner will probably make the name again, so we look
 * for it now and then.  We do not make it ourselves: the owner could not then.
 */
#include <sys/types.h>
#include <net/if.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "port/port.h"
#include "privilege/command.h"
#include "privilege/request.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static unsigned doll; /* index of the doll; 0: none */
static bool doll_existed;
static int fence = -1; /* fence_acquire(); -1: none */

static int ns = -1; /* the namespace of -n; -1: ours */
static char ns_name[256];
static bool ns_made;
static int ns_resolver; /* of netns_resolver(); 0: nothing was made */

static void
request_fence_end(void)
{
	if (fence != -1)
		(void)close(fence);
	fence = -1;
}

/* Looks for the name of -n; opens the namespace that has it now. */
static enum place
place_look(void)
{
	int now;

	if (ns == -1)
		return PLACE_SAME;
	if ((now = netns_find(ns_name)) == -1)
		return PLACE_GONE;
	if (netns_same(ns, now)) {
		(void)close(now);
		return PLACE_SAME;
	}
	(void)close(ns);
	ns = now;
	ns_made = false;
	return PLACE_OTHER;
}

void
request_doll_end(void)
{
	tap_release();
	request_fence_end();
	doll = 0;
	if (ns != -1 && ns_made && place_look() == PLACE_SAME)
		(void)netns_remove(ns_name);
	if (ns != -1)
		(void)close(ns);
	netns_resolver_remove(ns_name, ns_resolver);
	ns = -1;
	ns_made = false;
	ns_resolver = 0;
}

static const char *
netns_remedy(int error)
{
	if (error == EPERM || error == EACCES)
		return "; run as root";
	if (error == EINVAL)
		return "; a file that nothing is mounted on: see `ip netns del'";
	return "";
}

/* A DHCP client in the namespace must not write into this host's file. */
static void
resolver_make(void)
{
	char failed[PLATFORM_CALL] = "";

	ns_resolver = netns_resolver(ns_name, failed);
	if (ns_resolver > 0)
		log_info("-n %s: made /etc/netns/%s/resolv.conf, empty: who "
			 "asks by DHCP there changes that one, not this host's",
		    ns_name, ns_name);
	else if (ns_resolver == -1) {
		log_info("-n %s: no /etc/netns/%s/resolv.conf: %s: %s; who "
			 "asks by DHCP there changes this host's resolv.conf",
		    ns_name, ns_name, failed, strerror(errno));
		ns_resolver = 0;
	}
}

int
request_doll_begin(const char *netns)
{
	char failed[PLATFORM_CALL] = "";

	if (netns == NULL)
		return 0;
	(void)snprintf(ns_name, sizeof(ns_name), "%s", netns);
	if ((ns = netns_open(netns, &ns_made, failed)) != -1) {
		resolver_make();
		return 0;
	}
	if (netns_recipe != NULL)
		log_info("-n %s: not on this system; %s", netns, netns_recipe);
	else
		log_info("-n %s: %s: %s%s", netns, failed, strerror(errno),
		    netns_remedy(errno));
	ns_made = false;
	return -1;
}

int
request_ns(void)
{
	return ns;
}

int
request_tap(const struct request *r, struct answer *a)
{
	if ((r->ifname[0] != '\0' && !request_ifname_ok(r->ifname)) ||
	    strchr(r->ifname, '%') != NULL) /* a pattern to Linux */
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
	if (!r->ordinary || !ns_made)
		tap_silence(a->ifname);
	doll = if_nametoindex(a->ifname);
	doll_existed = a->existed;
	return 0;
}

/* Whether a peer may send this value: else the relay may not ask for it. */
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

/*
 * Whether the protocol allows these addresses.  The relay has checked that: if
 * it sends others, an attacker has taken it over.
 */
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
	if (!request_offer_ok(&r->offer))
		return request_refuse(a, EINVAL, "no valid addresses");
	if (addr_rules_judge(r->ifname, &r->offer, ns != -1, &a->verdict) == -1)
		return request_fail(a, "list addresses and routes");
	return 0;
}

/* Whether this is a variable PUPPET_...=..., or "" for none. */
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
	struct command command = { .text = r->text, .io = -1, .ns = ns };
	char ifname[sizeof("PUPPET_IFNAME=") + PARAMS_NAME];
	const char *failed;
	size_t i, n = 0;

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

/* Closes the fence of an earlier doll once the new one is in place. */
int
request_fence(const struct request *r, struct answer *a)
{
	int fd;

	if (doll == 0 || if_nametoindex(r->ifname) != doll)
		return request_refuse(a, EPERM, "not our doll");
	if (ns != -1)
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

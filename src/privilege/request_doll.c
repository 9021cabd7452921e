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
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static unsigned doll; /* index of the doll; 0: none */
static char doll_name[PARAMS_NAME]; /* when it was last seen; "": never */
static bool doll_existed;
static int fence = -1; /* fence_acquire(); -1: none */

static int ns = -1; /* the namespace of -n; -1: ours */
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
	if ((now = netns_find(request_words.netns)) == -1)
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
	doll_name[0] = '\0';
	if (ns != -1 && ns_made && place_look() == PLACE_SAME)
		(void)netns_remove(request_words.netns);
	if (ns != -1)
		(void)close(ns);
	if (ns_resolver != 0)
		netns_resolver_remove(request_words.netns, ns_resolver);
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
resolver_make(const char *netns)
{
	char failed[PLATFORM_CALL] = "";

	ns_resolver = netns_resolver(netns, failed);
	if (ns_resolver > 0)
		log_info("-n %s: made /etc/netns/%s/resolv.conf, empty: who "
			 "asks by DHCP there changes that one, not this host's",
		    netns, netns);
	else if (ns_resolver == -1) {
		log_info("-n %s: no /etc/netns/%s/resolv.conf: %s: %s; who "
			 "asks by DHCP there changes this host's resolv.conf",
		    netns, netns, failed, strerror(errno));
		ns_resolver = 0;
	}
}

int
request_doll_begin(void)
{
	const char *netns = request_words.netns;
	char failed[PLATFORM_CALL] = "";

	doll_name[0] = '\0';
	if (netns == NULL)
		return 0;
	if ((ns = netns_open(netns, &ns_made, failed)) != -1) {
		resolver_make(netns);
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
request_doll_name(char name[PARAMS_NAME])
{
	if (doll == 0 || if_indextoname(doll, doll_name) == NULL)
		return ENODEV;
	memcpy(name, doll_name, PARAMS_NAME);
	return 0;
}

unsigned
request_doll_here(void)
{
	return ns == -1 ? doll : 0;
}

/* The name for a new doll: "" for the first free one; NULL: none can be. */
static const char *
tap_name(void)
{
	const char *name = request_words.doll;

	if (doll_name[0] != '\0') /* it was made before */
		return doll_name;
	if (name == NULL)
		return "";
	return params_name_ok(name) && strchr(name, '%') == NULL ? name : NULL;
}

int
request_tap(const struct request *r, struct answer *a)
{
	const char *name = tap_name();

	if (request_words.write != NULL)
		return request_refuse(a, EPERM, "a file instead of a doll");
	if (name == NULL) /* %: a pattern to Linux */
		return request_refuse(a, EINVAL, "no name for an interface");
	if (r->linktype != LINK_ANY && r->linktype != LINK_ETHERNET &&
	    r->linktype != LINK_RAW)
		return request_refuse(a, EINVAL, "unknown link type");
	if (r->size > INT32_MAX)
		return request_refuse(a, EINVAL, "queue too long");
	(void)strcpy(a->ifname, name);
	doll = 0;
	tap_release();
	a->fds[0] = tap_acquire(a->ifname, r->linktype, r->size, &a->existed,
	    a->why, sizeof(a->why));
	if (a->fds[0] == -1)
		return errno;
	tap_view(&a->fds[1]);
	/* with -C the doll has a MAC address of its own */
	if (!request_words.nocopy || !ns_made)
		tap_silence(a->ifname);
	request_change_begin();
	doll = if_nametoindex(a->ifname);
	memcpy(doll_name, a->ifname, sizeof(doll_name));
	doll_existed = a->existed;
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

/* ---- the command of -U ---- */

#define VARIABLE 2048 /* bytes of an environment variable */

/* Fills the variables that tell the command what the doll is like. */
static void
hook_variables(char env[COMMAND_ENV][VARIABLE], const char *name,
    const char *peer, const struct params *now)
{
	char text[ADDR_TEXT];
	struct text list;
	int i;

	(void)snprintf(env[0], VARIABLE, "PUPPET_IFNAME=%s", name);
	(void)snprintf(env[1], VARIABLE, "PUPPET_PEER=%s", peer);
	(void)snprintf(env[2], VARIABLE, "PUPPET_MTU=%u", now->mtu);
	(void)snprintf(env[3], VARIABLE, "PUPPET_MAC=%s",
	    addr_mac(now->mac, text));
	list = text_begin(env[4], VARIABLE);
	text_add(&list, "PUPPET_ADDRESSES=");
	for (i = 0; i < now->naddrs && list.len + ADDR_TEXT < list.size; i++)
		text_add(&list, "%s%s", i > 0 ? " " : "",
		    addr_ntop(&now->addrs[i].addr, text, sizeof(text)));
}

int
request_hook(const struct request *r, struct answer *a)
{
	static char env[COMMAND_ENV][VARIABLE];
	struct command command = { .text = request_words.hook,
		.io = -1,
		.err = -1,
		.ns = ns };
	char name[PARAMS_NAME];
	struct params now;
	int i;

	if (command.text == NULL)
		return request_refuse(a, EPERM, "no -U");
	if (!request_text_ends(r->text, sizeof(r->text)))
		return request_refuse(a, EINVAL, "no end of the text");
	if (request_doll_name(name) != 0)
		return request_refuse(a, ENODEV, "there is no doll");
	if (params_read(name, &now) == -1)
		return request_fail(a, "read parameters");
	hook_variables(env, name, r->text, &now);
	for (i = 0; i < COMMAND_ENV; i++)
		command.env[i] = env[i];
	return request_start(CHILD_HOOK, &command, a);
}

/* Closes the fence of an earlier doll once the new one is in place. */
int
request_fence(const struct request *r, struct answer *a)
{
	char name[PARAMS_NAME];
	int fd;

	(void)r;
	if (ns != -1)
		return request_refuse(a, EPERM,
		    "it is not in this host's namespace");
	if (request_doll_name(name) != 0)
		return request_refuse(a, ENODEV, "there is no doll");
	if (doll_existed)
		return request_refuse(a, EEXIST, "it was there before");
	fd = fence_acquire(doll, request_words.readonly, a->why,
	    sizeof(a->why));
	if (fd == -1)
		return errno;
	request_fence_end();
	fence = fd;
	return 0;
}

/* SPDX-License-Identifier: ISC */
/*
 * Finds the destinations that this host reaches without the doll: the addresses
 * that getifaddrs(3) lists, and the routes of the process's own table, which
 * sysctl(3) returns as messages of route(4).
 *
 * The kernel also has a route for each of its addresses, the doll's included:
 * by lo0 (FreeBSD, sys/netinet/in.c, in_addprefix(); NetBSD), or marked as
 * local.  We leave these out, and routes that the kernel has learnt for single
 * hosts (ARP, redirects).
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <netinet/in.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ifstate.h"
#include "port/params.h"

#define DUMP_TRIES 8
#define DUMP_ROOM  8192 /* bytes, for routes that come meanwhile */

/* Socket addresses in messages begin at multiples of this (route(4)). */
#ifdef __NetBSD__
#define PADDED sizeof(uint64_t)
#else
#define PADDED sizeof(long)
#endif

/* net/route.h: the marks of routes that the kernel makes by itself. */
#ifdef RTF_CLONED /* OpenBSD */
#define LEARNT (RTF_DYNAMIC | RTF_CLONED | RTF_LLINFO)
#else
#define LEARNT RTF_DYNAMIC
#endif

struct locals {
	local_fn *fn;
	void *arg;
	const char *but;
	const struct ifaddrs *list;
	unsigned index; /* the interface that has `name' */
	const char *name;
};

static void
local_tell(const struct locals *locals, enum local_kind kind,
    const struct addr *a, const char *name)
{
	struct local local = { .kind = kind, .addr = *a };

	(void)snprintf(local.ifname, sizeof(local.ifname), "%.15s", name);
	locals->fn(&local, locals->arg);
}

static void
local_addr(const struct locals *locals, const struct ifaddrs *ifa)
{
	struct param_addr a;

	if (!ifstate_addr(ifa, AF_INET, &a) && !ifstate_addr(ifa, AF_INET6, &a))
		return;
	local_tell(locals, LOCAL_ADDRESS, &a.addr, ifa->ifa_name);
	if (a.kind == PARAM_PEER)
		local_tell(locals, LOCAL_ADDRESS, &a.other, ifa->ifa_name);
}

static bool
is_but(const struct locals *locals, const char *name)
{
	return locals->but != NULL && strcmp(name, locals->but) == 0;
}

/* The name of the interface with this index; "": there is none. */
static const char *
local_name(struct locals *locals, unsigned index)
{
	const struct sockaddr_dl *sdl;
	const struct ifaddrs *ifa;

	if (index == locals->index)
		return locals->name;
	locals->index = index;
	locals->name = "";
	for (ifa = locals->list; ifa != NULL; ifa = ifa->ifa_next) {
		sdl = (const void *)ifa->ifa_addr;
		if (sdl != NULL && sdl->sdl_family == AF_LINK &&
		    sdl->sdl_index == index)
			locals->name = ifa->ifa_name;
	}
	return locals->name;
}

/* Whether this is an address of the interface that is left out. */
static bool
is_own(const struct locals *locals, const struct addr *a)
{
	const struct ifaddrs *ifa;
	struct addr own;

	for (ifa = locals->list; ifa != NULL; ifa = ifa->ifa_next)
		if (is_but(locals, ifa->ifa_name) &&
		    ifstate_sockaddr(ifa->ifa_addr, &own) && addr_same(a, &own))
			return true;
	return false;
}

/* Copies the first three socket addresses of a message; the rest is zero. */
static void
route_addrs(const uint8_t *data, size_t len, int which,
    struct sockaddr_storage out[RTAX_NETMASK + 1])
{
	size_t size, step;
	int i;

	memset(out, 0, (RTAX_NETMASK + 1) * sizeof(*out));
	for (i = 0; i <= RTAX_NETMASK && len > 0; i++) {
		if ((which & 1 << i) == 0)
			continue;
		size = data[offsetof(struct sockaddr, sa_len)];
		if (size > len)
			return;
		memcpy(&out[i], data,
		    size < sizeof(out[i]) ? size : sizeof(out[i]));
		step = size == 0 ? PADDED : (size + PADDED - 1) & ~(PADDED - 1);
		if (step > len)
			return;
		data += step;
		len -= step;
	}
}

static void
local_route(struct locals *locals, const struct rt_msghdr *rtm,
    const uint8_t *data, size_t len)
{
	struct sockaddr_storage sa[RTAX_NETMASK + 1];
	const struct sockaddr *at[RTAX_NETMASK + 1];
	const char *name = local_name(locals, rtm->rtm_index);
	struct addr a;
	int i;

	if ((rtm->rtm_flags & (LEARNT | RTF_LOCAL)) != 0 ||
	    (name[0] != '\0' && is_but(locals, name)))
		return;
	route_addrs(data, len, rtm->rtm_addrs, sa);
	for (i = 0; i <= RTAX_NETMASK; i++)
		at[i] = (const struct sockaddr *)&sa[i];
	if ((rtm->rtm_flags & RTF_GATEWAY) != 0 &&
	    ifstate_sockaddr(at[RTAX_GATEWAY], &a))
		local_tell(locals, LOCAL_NEXT_HOP, &a, name);
	if (!ifstate_sockaddr(at[RTAX_DST], &a)) /* the default route */
		return;
	if ((rtm->rtm_flags & RTF_HOST) == 0 &&
	    (rtm->rtm_addrs & RTA_NETMASK) != 0)
		a.addr_bits = ifstate_mask(at[RTAX_NETMASK],
		    at[RTAX_DST]->sa_family);
	else if (is_own(locals, &a))
		return;
	local_tell(locals, LOCAL_ROUTE, &a, name);
}

static void
routes_walk(struct locals *locals, const uint8_t *data, size_t len)
{
	struct rt_msghdr rtm;
	size_t head = sizeof(rtm);

	while (len >= sizeof(rtm)) {
		memcpy(&rtm, data, sizeof(rtm));
#ifdef __OpenBSD__
		head = rtm.rtm_hdrlen;
#endif
		if (head < sizeof(rtm) || rtm.rtm_msglen < head ||
		    rtm.rtm_msglen > len || rtm.rtm_version != RTM_VERSION)
			break;
		if (rtm.rtm_type == RTM_GET)
			local_route(locals, &rtm, data + head,
			    rtm.rtm_msglen - head);
		data += rtm.rtm_msglen;
		len -= rtm.rtm_msglen;
	}
}

/* Returns the table, which the caller must free; NULL: errno. */
static uint8_t *
routes_get(size_t *len)
{
	int mib[] = { CTL_NET, PF_ROUTE, 0, 0, NET_RT_DUMP, 0 };
	uint8_t *data;
	int tries, error;

	for (tries = 0; tries < DUMP_TRIES; tries++) {
		if (sysctl(mib, 6, NULL, len, NULL, 0) == -1)
			return NULL;
		*len += *len / 8 + DUMP_ROOM;
		if ((data = malloc(*len)) == NULL)
			return NULL;
		if (sysctl(mib, 6, data, len, NULL, 0) == 0)
			return data;
		error = errno;
		free(data);
		errno = error;
		if (error != ENOMEM)
			break;
	}
	return NULL;
}

int
params_local(const char *but, local_fn *fn, void *arg)
{
	struct locals locals = { .fn = fn, .arg = arg, .but = but, .name = "" };
	struct ifaddrs *list, *ifa;
	uint8_t *routes;
	size_t len;

	if (getifaddrs(&list) == -1)
		return -1;
	locals.list = list;
	for (ifa = list; ifa != NULL; ifa = ifa->ifa_next)
		if (!is_but(&locals, ifa->ifa_name))
			local_addr(&locals, ifa);
	if ((routes = routes_get(&len)) == NULL) {
		freeifaddrs(list);
		return -1;
	}
	routes_walk(&locals, routes, len);
	free(routes);
	freeifaddrs(list);
	return 0;
}

const char *const params_resolvers[] = { "/etc/resolv.conf", NULL };

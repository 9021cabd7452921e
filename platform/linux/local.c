/* SPDX-License-Identifier: ISC */
/*
 * Finds the destinations that this host reaches without the doll: rtnetlink(7)
 * dumps all addresses, and the routes of all tables.  Each is passed to the
 * caller at once and not kept: a router may have a million routes.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "netlink.h"
#include "port/params.h"

struct locals {
	local_fn *fn;
	void *arg;
	unsigned but; /* index of the interface to leave out; 0: none */
	unsigned index; /* the interface that has `name' */
	char name[IFNAMSIZ];
};

static void
local_tell(struct locals *locals, enum local_kind kind, const struct addr *a,
    uint16_t bits, unsigned index)
{
	struct local local = { .kind = kind, .addr = *a };

	local.addr.addr_bits = bits;
	if (index != locals->index &&
	    if_indextoname(index, locals->name) == NULL)
		locals->name[0] = '\0';
	locals->index = index;
	memcpy(local.ifname, locals->name, sizeof(local.ifname));
	locals->fn(&local, locals->arg);
}

static void
local_addr(const struct nlmsghdr *head, void *arg)
{
	struct locals *locals = arg;
	struct param_addr a;
	unsigned index;

	if (!netlink_addr(head, &a, &index) || index == locals->but)
		return;
	if (a.kind == PARAM_PEER) { /* the prefix is the peer's */
		local_tell(locals, LOCAL_ADDRESS, &a.other, a.addr.addr_bits,
		    index);
		a.addr.addr_bits = a.other.addr_bits;
	}
	local_tell(locals, LOCAL_ADDRESS, &a.addr, a.addr.addr_bits, index);
}

/* One path of a route: the next hop, if there is one, and the interface. */
struct way {
	const struct rtattr *hop, *via;
	unsigned index; /* 0: unknown, or none: "unreachable" */
};

static void
way_attrs(const struct rtattr *a, int len, struct way *way)
{
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == RTA_GATEWAY)
			way->hop = a;
		else if (a->rta_type == RTA_VIA) /* of the other family */
			way->via = a;
		else if (a->rta_type == RTA_OIF &&
		    RTA_PAYLOAD(a) == sizeof(way->index))
			memcpy(&way->index, RTA_DATA(a), sizeof(way->index));
}

static void
way_tell(struct locals *locals, uint8_t family, const struct way *way)
{
	const struct rtvia *via;
	struct addr a;

	if (way->hop != NULL) {
		netlink_addr_set(&a, family, RTA_DATA(way->hop),
		    RTA_PAYLOAD(way->hop));
		local_tell(locals, LOCAL_NEXT_HOP, &a, a.addr_bits, way->index);
	}
	if (way->via != NULL && RTA_PAYLOAD(way->via) > sizeof(*via)) {
		via = RTA_DATA(way->via);
		netlink_addr_set(&a, (uint8_t)via->rtvia_family,
		    via->rtvia_addr, RTA_PAYLOAD(way->via) - sizeof(*via));
		local_tell(locals, LOCAL_NEXT_HOP, &a, a.addr_bits, way->index);
	}
}

/* Returns the next hop; *len: bytes from hop on, then from the result on. */
static const struct rtnexthop *
hop_next(const struct rtnexthop *hop, int *len)
{
	*len -= (int)RTNH_ALIGN(hop->rtnh_len);
	return RTNH_NEXT(hop);
}

/* Passes on the paths of a multipath route; false: all of them go by `but'. */
static bool
ways_tell(struct locals *locals, uint8_t family, const struct rtattr *several,
    unsigned *index)
{
	const struct rtnexthop *hop = RTA_DATA(several);
	int len = (int)RTA_PAYLOAD(several);
	bool other = false;

	for (; len > 0 && RTNH_OK(hop, len); hop = hop_next(hop, &len)) {
		struct way way = { .index = (unsigned)hop->rtnh_ifindex };

		if (way.index == locals->but)
			continue;
		way_attrs((const struct rtattr *)RTNH_DATA(hop),
		    hop->rtnh_len - (int)sizeof(*hop), &way);
		way_tell(locals, family, &way);
		*index = way.index;
		other = true;
	}
	return other;
}

/*
 * Whether the kernel has made this route by itself: for an address, which is in
 * the dump of addresses, too (older kernels show `lo' as its interface, even
 * for an address of the doll), or because it has learnt about a single host.
 */
static bool
route_is_derived(const struct rtmsg *rt)
{
	return (rt->rtm_flags & RTM_F_CLONED) != 0 ||
	    (rt->rtm_protocol == RTPROT_KERNEL && rt->rtm_type != RTN_UNICAST);
}

static void
local_route(const struct nlmsghdr *head, void *arg)
{
	struct locals *locals = arg;
	const struct rtmsg *rt = NLMSG_DATA(head);
	const struct rtattr *a, *several = NULL, *to = NULL;
	struct way way = { .index = 0 };
	struct addr prefix;
	int len;

	if (head->nlmsg_type != RTM_NEWROUTE ||
	    head->nlmsg_len < NLMSG_LENGTH(sizeof(*rt)) ||
	    (rt->rtm_family != AF_INET && rt->rtm_family != AF_INET6) ||
	    route_is_derived(rt))
		return;
	len = (int)RTM_PAYLOAD(head);
	way_attrs(RTM_RTA(rt), len, &way);
	for (a = RTM_RTA(rt); RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == RTA_MULTIPATH)
			several = a;
		else if (a->rta_type == RTA_DST)
			to = a;
	if (several != NULL) {
		if (!ways_tell(locals, rt->rtm_family, several, &way.index))
			return;
	} else if (way.index != 0 && way.index == locals->but)
		return;
	way_tell(locals, rt->rtm_family, &way);
	if (to == NULL) /* the default route */
		return;
	netlink_addr_set(&prefix, rt->rtm_family, RTA_DATA(to),
	    RTA_PAYLOAD(to));
	local_tell(locals, LOCAL_ROUTE, &prefix, rt->rtm_dst_len, way.index);
}

int
params_local(const char *but, local_fn *fn, void *arg)
{
	struct locals locals = { .fn = fn, .arg = arg };
	struct netlink r;

	if (but != NULL)
		locals.but = if_nametoindex(but);
	netlink_init(&r, RTM_GETADDR, NLM_F_DUMP, sizeof(r.addr));
	if (netlink_dump(&r, local_addr, &locals, NULL) == -1)
		return -1;
	netlink_init(&r, RTM_GETROUTE, NLM_F_DUMP, sizeof(r.route));
	return netlink_dump(&r, local_route, &locals, NULL);
}

/* The first file may name only systemd-resolved or dnsmasq: then the others. */
const char *const params_resolvers[] = { "/etc/resolv.conf",
	"/run/systemd/resolve/resolv.conf",
	"/run/NetworkManager/no-stub-resolv.conf", NULL };

/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  An address on an interface redirects its host's traffic
 * in two ways: packets to the address itself stay on the host, even while the
 * interface is down; packets to its prefix, or to the peer of a point-to-point
 * interface, leave by that interface.  So the other side, which sends the
 * doll's addresses, could redirect traffic that is worth an attack: to a name
 * server, to the next router, to a cloud's metadata.  Therefore an address is
 * set only if the host reaches it, and all addresses of its prefix, by the
 * default route alone.
 *
 * Two things count as the default route: routes as short as OpenVPN's
 * 0.0.0.0/1, which replace it; and link-local IPv6 addresses, whose prefix
 * every interface has.
 *
 * A stranger may bring only a few public addresses, as many as a gateway has:
 * the default route is the way to most of the Internet.
 */
#include <stdio.h>
#include <string.h>

#include "port/addr_rules.h"

#define SHORTEST4	 8
#define SHORTEST6	 16
#define STRANGER4	 1 /* public addresses from a stranger */
#define STRANGER6	 4
#define STRANGER_LENGTH4 16 /* shortest length of their prefixes */
#define STRANGER_LENGTH6 48
#define LINK_LOCAL6	 10

#define COUNT(array)	 (sizeof(array) / sizeof((array)[0]))
#define IP4(bits, ...)                                                        \
	{                                                                     \
		.addr_type = ADDR_TYPE_IP, .addr_bits = bits, .addr_data8 = { \
			__VA_ARGS__                                           \
		}                                                             \
	}
#define IP6(bits, ...)                                                         \
	{                                                                      \
		.addr_type = ADDR_TYPE_IP6, .addr_bits = bits, .addr_data8 = { \
			__VA_ARGS__                                            \
		}                                                              \
	}

static const struct addr link_local6 = IP6(LINK_LOCAL6, 0xfe, 0x80);

/* Local to a host or a link; the last is IPv4 mapped into IPv6. */
static const struct addr reserved[] = {
	IP4(8, 0),
	IP4(8, 127),
	IP4(16, 169, 254),
	IP6(128, [15] = 1),
	IP6(96, [10] = 0xff, 0xff),
};

/*
 * Not reached through the Internet: RFC 1918, 6598, 6890, 5737, 2544, 4193,
 * 3849, 9637, 8215.
 */
static const struct addr private[] = {
	IP4(8, 10),
	IP4(12, 172, 16),
	IP4(16, 192, 168),
	IP4(10, 100, 64),
	IP4(24, 192, 0, 0),
	IP4(24, 192, 0, 2),
	IP4(24, 198, 51, 100),
	IP4(24, 203, 0, 113),
	IP4(15, 198, 18),
	IP6(7, 0xfc),
	IP6(LINK_LOCAL6, 0xfe, 0x80),
	IP6(32, 0x20, 0x01, 0x0d, 0xb8),
	IP6(20, 0x3f, 0xff),
	IP6(48, 0, 0x64, 0xff, 0x9b, 0, 1),
};

static bool
is_known(const struct addr *a)
{
	return a->addr_type != ADDR_TYPE_NONE;
}

/* Whether all of prefix a is in `whole'. */
static bool
is_inside(const struct addr *a, const struct addr *whole)
{
	return addr_overlap(a, whole) && a->addr_bits >= whole->addr_bits;
}

/* The prefix that becomes reachable through the doll. */
static struct addr
prefix_of(const struct param_addr *a)
{
	struct addr prefix = a->addr;

	if (a->kind == PARAM_PEER) {
		prefix = a->other;
		prefix.addr_bits = a->addr.addr_bits;
	}
	return prefix;
}

/* Whether the address, or the prefix that it makes reachable, has `what'. */
static bool
takes(const struct param_addr *a, const struct addr *what)
{
	struct addr host = addr_host(&a->addr), prefix = prefix_of(a);

	return addr_overlap(&host, what) || addr_overlap(&prefix, what);
}

/* Whether it is an fe80::/10 address: every interface has such a prefix. */
static bool
is_plain_link_local(const struct param_addr *a)
{
	return a->kind != PARAM_PEER && is_inside(&a->addr, &link_local6);
}

static bool
is_public(const struct param_addr *a)
{
	struct addr host = addr_host(&a->addr), prefix = prefix_of(a);
	bool host_in = false, prefix_in = false;
	size_t i;

	for (i = 0; i < COUNT(private); i++) {
		host_in |= is_inside(&host, &private[i]);
		prefix_in |= is_inside(&prefix, &private[i]);
	}
	return !host_in || !prefix_in;
}

static const char *
session_why(const struct param_addr *a, const struct addr_offer *offer)
{
	struct addr prefix = prefix_of(a), far = offer->remote;

	if (is_known(&offer->own) &&
	    (addr_same(&a->addr, &offer->own) ||
		addr_same(&prefix, &offer->own)))
		return "is the slave's own address of this session";
	if (is_known(&far) &&
	    (addr_same(&a->addr, &far) || addr_same(&prefix, &far)))
		return "is the peer's address";
	if (is_plain_link_local(a))
		return NULL;
	/* `remote' first: behind NAT our packets do not go to `own' */
	if (!is_known(&far))
		far = offer->own;
	far = addr_host(&far);
	if (is_known(&far) && addr_overlap(&prefix, &far))
		return "its prefix holds the address that this session goes to";
	return NULL;
}

/* Judges an address without regard to the routes of this host. */
static void
judge_alone(const struct param_addr *a, char why[ADDR_WHY])
{
	int shortest = addr_is_ip4(&a->addr) ? SHORTEST4 : SHORTEST6;
	char text[ADDR_TEXT];
	size_t i;

	if (is_plain_link_local(a))
		return;
	if (a->addr.addr_bits < shortest) {
		(void)snprintf(why, ADDR_WHY, "its prefix is shorter than /%d",
		    shortest);
		return;
	}
	for (i = 0; i < COUNT(reserved) && why[0] == '\0'; i++)
		if (takes(a, &reserved[i]))
			(void)snprintf(why, ADDR_WHY,
			    "overlaps %s, which is each host's own",
			    addr_ntop(&reserved[i], text, sizeof(text)));
	if (a->kind == PARAM_PEER &&
	    addr_overlap(&a->addr, &link_local6) !=
		addr_overlap(&a->other, &link_local6))
		(void)snprintf(why, ADDR_WHY,
		    "one of it and its peer is link-local, the other is not");
}

void
addr_rules_begin(const struct addr_offer *offer, bool apart,
    struct addr_verdict *v)
{
	const char *why;
	int i;

	memset(v, 0, sizeof(*v));
	for (i = 0; i < offer->naddrs && !apart; i++) {
		judge_alone(&offer->addrs[i], v->why[i]);
		why = session_why(&offer->addrs[i], offer);
		if (why != NULL)
			(void)snprintf(v->why[i], ADDR_WHY, "%s", why);
	}
}

static void
local_why(const struct local *l, char why[ADDR_WHY])
{
	char text[ADDR_TEXT];
	const char *by = l->ifname[0] != '\0' ? " by " : "";

	(void)addr_ntop(&l->addr, text, sizeof(text));
	switch (l->kind) {
	case LOCAL_ADDRESS:
		(void)snprintf(why, ADDR_WHY, "overlaps %.15s", l->ifname);
		break;
	case LOCAL_ROUTE:
		(void)snprintf(why, ADDR_WHY, "overlaps the route %s%s%.15s",
		    text, by, l->ifname);
		break;
	case LOCAL_NEXT_HOP:
		(void)snprintf(why, ADDR_WHY, "takes the next hop %s%s%.15s",
		    text, by, l->ifname);
		break;
	case LOCAL_NAME_SERVER:
		(void)snprintf(why, ADDR_WHY, "takes the name server %s", text);
		break;
	}
}

void
addr_rules_meet(const struct addr_offer *offer, const struct local *l,
    struct addr_verdict *v)
{
	int i, shortest = addr_is_ip4(&l->addr) ? SHORTEST4 : SHORTEST6;

	if (l->kind == LOCAL_ROUTE && l->addr.addr_bits < shortest)
		return;
	for (i = 0; i < offer->naddrs; i++)
		if (v->why[i][0] == '\0' &&
		    !is_plain_link_local(&offer->addrs[i]) &&
		    takes(&offer->addrs[i], &l->addr))
			local_why(l, v->why[i]);
}

/* Judges a public address from a stranger; *n: those of its family so far. */
static void
judge_public(const struct param_addr *a, int *n, char why[ADDR_WHY])
{
	bool ip4 = addr_is_ip4(&a->addr);
	int length = ip4 ? STRANGER_LENGTH4 : STRANGER_LENGTH6;
	int most = ip4 ? STRANGER4 : STRANGER6;

	if (a->addr.addr_bits < length)
		(void)snprintf(why, ADDR_WHY,
		    "a stranger's prefix of public addresses is shorter than "
		    "/%d",
		    length);
	else if (*n == most)
		(void)snprintf(why, ADDR_WHY,
		    "a stranger brings more than %d public IPv%d address%s",
		    most, ip4 ? 4 : 6, most == 1 ? "" : "es");
	else
		(*n)++;
}

void
addr_rules_end(const struct addr_offer *offer, bool apart,
    struct addr_verdict *v)
{
	int i, n4 = 0, n6 = 0;

	for (i = 0; i < offer->naddrs && offer->stranger && !apart; i++)
		if (v->why[i][0] == '\0' && is_public(&offer->addrs[i]))
			judge_public(&offer->addrs[i],
			    addr_is_ip4(&offer->addrs[i].addr) ? &n4 : &n6,
			    v->why[i]);
}

/* ---- what this host reaches ---- */

struct judging {
	const struct addr_offer *offer;
	struct addr_verdict *verdict;
};

void
addr_rules_name_servers(const char *path, local_fn *fn, void *arg)
{
	struct local l = { .kind = LOCAL_NAME_SERVER };
	char line[512], text[ADDR_TEXT];
	FILE *f;

	if ((f = fopen(path, "re")) == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "nameserver %63s", text) == 1 &&
		    addr_parse(text, &l.addr) == 0)
			fn(&l, arg);
	(void)fclose(f);
}

static void
judge_meet(const struct local *local, void *arg)
{
	struct judging *judging = arg;

	addr_rules_meet(judging->offer, local, judging->verdict);
}

int
addr_rules_judge(const char *doll, const struct addr_offer *offer, bool apart,
    struct addr_verdict *verdict)
{
	struct judging judging = { offer, verdict };
	int i;

	addr_rules_begin(offer, apart, verdict);
	if (params_local(doll, judge_meet, &judging) == -1)
		return -1;
	for (i = 0; !apart && params_resolvers[i] != NULL; i++)
		addr_rules_name_servers(params_resolvers[i], judge_meet,
		    &judging);
	addr_rules_end(offer, apart, verdict);
	return 0;
}

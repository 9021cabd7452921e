/* SPDX-License-Identifier: ISC */
/*
 * Requests that change the doll: what the other side may set, and what the
 * command line wants.
 */
#include <errno.h>
#include <string.h>

#include "privilege/request.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Addresses: that were judged last, and that the doll has from us. */
static struct params allowed, mine;

void
request_change_begin(void)
{
	allowed.naddrs = mine.naddrs = 0;
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

/* -C: nothing is copied; without -u the user brings the doll up. */
static bool
change_wanted(const struct param_change *change)
{
	return change->what == PARAM_SET_UP ? request_words.up :
					      !request_words.nocopy;
}

static bool
is_among(const struct params *p, const struct param_addr *a)
{
	int i;

	for (i = 0; i < p->naddrs; i++)
		if (params_addr_equal(&p->addrs[i], a))
			return true;
	return false;
}

static bool
has_addr(const struct param_change *change)
{
	return change->what == PARAM_ADD_ADDR ||
	    (change->what == PARAM_SET_FIRST &&
		change->addr.addr.addr_type != ADDR_TYPE_NONE);
}

/* Whether all addresses that the doll has from us are allowed. */
static bool
mine_allowed(void)
{
	int i;

	for (i = 0; i < mine.naddrs; i++)
		if (!is_among(&allowed, &mine.addrs[i]))
			return false;
	return true;
}

/* Forgets addresses that somebody else has removed. */
static void
mine_refresh(const char *name)
{
	struct params now;
	int i;

	if (params_read(name, &now) == -1)
		return;
	for (i = mine.naddrs - 1; i >= 0; i--)
		if (!params_addr_take(&now, &mine.addrs[i]))
			mine.addrs[i] = mine.addrs[--mine.naddrs];
}

/*
 * An address must be among those that were judged last, and so must all that
 * the doll has from us: what is allowed is a number of addresses, too.
 */
static bool
change_allowed(const char *name, const struct param_change *change)
{
	if (!has_addr(change))
		return true;
	if (!mine_allowed())
		mine_refresh(name);
	return mine_allowed() && is_among(&allowed, &change->addr);
}

static void
change_done(const struct param_change *change)
{
	if (has_addr(change))
		(void)params_addr_put(&mine, &change->addr);
	else if (change->what == PARAM_DEL_ADDR)
		(void)params_addr_take(&mine, &change->addr);
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
	char name[PARAMS_NAME];

	if ((unsigned)r->change.what >= COUNT(names) ||
	    !request_change_ok(&r->change))
		return request_refuse(a, EINVAL, "no valid change");
	if (!change_wanted(&r->change))
		return request_refuse(a, EPERM, "not on the command line");
	if (request_doll_name(name) != 0)
		return request_refuse(a, ENODEV, "there is no doll");
	if (!change_allowed(name, &r->change))
		return request_refuse(a, EPERM, "this address is not allowed");
	if (params_apply(name, &r->change) == -1)
		return request_fail(a, names[r->change.what]);
	change_done(&r->change);
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
	struct addr_offer offer = r->offer;
	char name[PARAMS_NAME];
	int i;

	allowed.naddrs = 0;
	offer.stranger |= options_strangers(&request_words);
	if (!request_offer_ok(&offer))
		return request_refuse(a, EINVAL, "no valid addresses");
	if (request_doll_name(name) != 0)
		return request_refuse(a, ENODEV, "there is no doll");
	if (addr_rules_judge(name, &offer, request_ns() != -1, &a->verdict) ==
	    -1)
		return request_fail(a, "list addresses and routes");
	for (i = 0; i < offer.naddrs; i++)
		if (a->verdict.why[i][0] == '\0')
			(void)params_addr_put(&allowed, &offer.addrs[i]);
	return 0;
}

#define LABEL "etherpuppet: "

int
request_label(const struct request *r, struct answer *a)
{
	char name[PARAMS_NAME];
	const char *p;

	if (!request_text_ends(r->text, sizeof(r->text)) ||
	    strncmp(r->text, LABEL, strlen(LABEL)) != 0)
		return request_refuse(a, EINVAL, "no label of ours");
	for (p = r->text; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			return request_refuse(a, EINVAL, "no label of ours");
	if (request_doll_name(name) != 0)
		return request_refuse(a, ENODEV, "there is no doll");
	if (params_label(name, r->text) == -1)
		return request_fail(a, "set label");
	return 0;
}

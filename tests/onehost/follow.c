/* SPDX-License-Identifier: ISC */
/*
 * The real interface's parameters, and the doll's.
 *
 * Both are on one host, so that the doll is refused an address as long as the
 * real interface has it: DESIGN, the rule of overlapping prefixes.  To see one
 * copied all the same, it goes from the real interface after it was told to
 * the master and before the master reads it: master stopped, changes told,
 * slave stopped, addresses gone, master continued.
 */
#include <sys/types.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "session/message.h"
#include "smoke.h"

static const char *ip4, *ip6; /* what the real interface got; NULL: none */

static bool
apply(const char *ifname, const struct param_change *change)
{
	return params_apply(ifname, change) == 0;
}

bool
set_mac(const char *ifname, uint8_t last)
{
	struct param_change c = { .what = PARAM_SET_MAC,
		.mac = { 2, 0, 0x5e, 0, 0x53, last } };

	return apply(ifname, &c);
}

bool
set_mtu(const char *ifname, uint32_t mtu)
{
	struct param_change c = { .what = PARAM_SET_MTU, .mtu = mtu };

	return apply(ifname, &c);
}

bool
set_up(const char *ifname)
{
	struct param_change c = { .what = PARAM_SET_UP };

	return apply(ifname, &c);
}

static struct param_addr
address(const char *text)
{
	struct param_addr a = { .kind = PARAM_NONE };

	(void)addr_parse(text, &a.addr);
	if (a.addr.addr_type == ADDR_TYPE_IP) {
		a.kind = PARAM_BROADCAST;
		(void)addr_bcast(&a.addr, &a.other);
	}
	return a;
}

bool
set_addr(const char *ifname, const char *text, bool add)
{
	struct param_change c = { .what = add ? PARAM_ADD_ADDR : PARAM_DEL_ADDR,
		.addr = address(text) };

	return apply(ifname, &c);
}

/* -- what is waited for ---------------------------------------------------- */

static struct params now; /* the doll's, when last read */

static bool
read_doll(void)
{
	return params_read(doll.name, &now) == 0;
}

static bool
has(const char *text)
{
	struct param_addr a = address(text);
	int i;

	for (i = 0; i < now.naddrs; i++)
		if (addr_same(&now.addrs[i].addr, &a.addr) &&
		    now.addrs[i].addr.addr_bits == a.addr.addr_bits)
			return true;
	return false;
}

/* MAC, MTU and up. */
static bool
is_alike(void *arg)
{
	return read_doll() && now.have_mac && now.have_mtu &&
	    memcmp(now.mac, real.mac, sizeof(now.mac)) == 0 &&
	    now.mtu == *(uint32_t *)arg && (now.flags & PARAM_UP) != 0;
}

static bool
is_addressed(void *arg)
{
	(void)arg;
	return read_doll() && (ip4 == NULL || has(ip4)) &&
	    (ip6 == NULL || has(ip6));
}

static bool
is_bare(void *arg)
{
	(void)arg;
	return read_doll() && (ip4 == NULL || !has(ip4)) &&
	    (ip6 == NULL || !has(ip6));
}

static bool
check_doll(bool (*is)(void *), void *arg, const char *what)
{
	char want[512], have[512];
	struct params expected = { 0 };
	bool good = until(is, arg, -1);

	expected.have_mac = true;
	memcpy(expected.mac, real.mac, sizeof(real.mac));
	expected.mtu = arg != NULL ? *(uint32_t *)arg : 0;
	expected.have_mtu = arg != NULL;
	return check(good, what, "expected %s, the doll has %s, %s",
	    params_print(&expected, want, sizeof(want)),
	    params_print(&now, have, sizeof(have)),
	    (now.flags & PARAM_UP) != 0 ? "up" : "down");
}

void
follow_start(void)
{
	uint32_t mtu = 1500;

	(void)check_doll(is_alike, &mtu,
	    "doll gets the real interface's MAC and MTU, and is up");
	memcpy(doll.mac, now.mac, sizeof(doll.mac));
}

/* -- what follows ---------------------------------------------------------- */

static void
follow_mac(void)
{
	uint32_t mtu = 1500;

	if (!need(set_mac(real.name, 2), "another MAC",
		"%s did not take it: %s", real.name, strerror(errno)))
		return;
	real.mac[5] = 2;
	if (check_doll(is_alike, &mtu, "doll follows the MAC"))
		memcpy(doll.mac, now.mac, sizeof(doll.mac));
}

/* Frames that need it are the proof. */
static void
follow_mtu(void)
{
	static const struct shape jumbo = { .len = 3014 };
	uint32_t mtu = 3000;

	if (!set_mtu(real.name, mtu)) {
		skip("MTU 3000", "%s takes no such: %s", real.name,
		    strerror(errno));
		return;
	}
	(void)check_doll(is_alike, &mtu, "doll follows the MTU");
	(void)carry(&real, &doll, "3014 bytes", &jumbo, 1);
	(void)carry(&doll, &real, "3014 bytes", &jumbo, 1);
}

/*
 * The real interface gets an address that is not for the doll; NULL: it does
 * not.
 */
static const char *
give(struct program *master, const char *text, const char *kind)
{
	char line[128], what[64];
	long from = program_mark(master);

	if (text == NULL) {
		skip(kind, "this host has those of documentation itself");
		return NULL;
	}
	if (!set_addr(real.name, text, true)) {
		if (errno == EAFNOSUPPORT)
			skip(kind, "switched off here");
		else
			(void)need(false, kind, "%s does not take %s: %s",
			    real.name, text, strerror(errno));
		return NULL;
	}
	(void)snprintf(line, sizeof(line), "%s: %s not set: overlaps %s",
	    doll.name, text, real.name);
	(void)snprintf(what, sizeof(what), "doll is refused %s here", text);
	(void)check(program_says(master, from, line) != NULL, what,
	    "expected '%s', seen no such line", line);
	return text;
}

static void
take(const char *text)
{
	if (text != NULL)
		(void)need(set_addr(real.name, text, false),
		    "an address goes from the real interface", "%s: %s", text,
		    strerror(errno));
}

/* A snapshot leaves the slave, at the latest when it says the next one. */
static bool
tell(struct program *slave, uint32_t mtu)
{
	char line[32], what[64];
	long from = program_mark(slave);

	(void)snprintf(line, sizeof(line), "said message %d,", MSG_PARAMS);
	(void)snprintf(what, sizeof(what), "slave tells of MTU %u",
	    (unsigned)mtu);
	return need(set_mtu(real.name, mtu), what, "%s did not take it: %s",
		   real.name, strerror(errno)) &&
	    need(program_says(slave, from, line) != NULL, what,
		"expected '%s', seen no such line", line);
}

/* See the head of this file. */
static void
follow_addresses(struct program *slave, struct program *master)
{
	uint32_t mtu = 1300;

	program_freeze(master);
	if (!tell(slave, 1400) || !tell(slave, mtu)) {
		program_thaw(master);
		return;
	}
	program_freeze(slave);
	take(ip4);
	take(ip6);
	program_thaw(master);
	(void)check_doll(is_addressed, NULL,
	    "doll gets the addresses when it may");
	program_thaw(slave);
	(void)check_doll(is_bare, NULL, "doll loses them again");
	(void)check_doll(is_alike, &mtu, "doll follows the last of two MTUs");
}

void
follow_changes(struct program *slave, struct program *master)
{
	follow_mac();
	follow_mtu();
	ip4 = give(master, host_ip4, "an IPv4 address");
	ip6 = give(master, host_ip6, "an IPv6 address");
	if (ip4 != NULL || ip6 != NULL)
		follow_addresses(slave, master);
	(void)set_mtu(real.name, 1500);
}

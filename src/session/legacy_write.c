/* SPDX-License-Identifier: ISC */
/*
 * Writes the messages of a slave to an etherpuppet 0.3 or 0.4: its link type,
 * and its parameters, one command in each piece.
 */
#include <string.h>

#include "bytes.h"
#include "session/legacy_write.h"

const uint32_t legacy_numbers[COMMANDS] = {
	[SET_MAC] = 0x8924,
	[SET_MTU] = 0x8922,
	[SET_ADDR] = 0x8916,
	[SET_DSTADDR] = 0x8918,
	[SET_BRDADDR] = 0x891a,
	[SET_NETMASK] = 0x891c,
};

static size_t
greeting_put(struct codec *c, uint8_t *out, const struct hello *h)
{
	if (c->role != ROLE_SLAVE || c->greeted)
		return 0;
	c->greeted = true;
	c->linktype = h->linktype == LINK_RAW ? LINK_RAW : LINK_ETHERNET;
	put16(out, c->linktype == LINK_RAW ? LEGACY_PPP : LEGACY_ETHERNET);
	return 2;
}

static const struct param_addr *
first_ipv4(const struct params *p)
{
	int i;

	for (i = 0; p->have_addrs && i < p->naddrs; i++)
		if (p->addrs[i].addr.addr_type == ADDR_TYPE_IP)
			return &p->addrs[i];
	return NULL;
}

static bool
expressible(const struct codec *c, const struct params *p, enum command command)
{
	switch (command) {
	case SET_MAC:
		return p->have_mac || (p->have_mtu && c->linktype == LINK_RAW);
	case SET_MTU:
		return p->have_mtu;
	default:
		return first_ipv4(p) != NULL;
	}
}

/*
 * The command that is piece `part'; COMMANDS: the end mark; COMMANDS + 1: there
 * is no such piece.
 */
static int
command_at(const struct codec *c, const struct params *p, int part)
{
	int i;

	if (!p->have_mac && !p->have_mtu && !p->have_addrs)
		return COMMANDS + 1;
	for (i = 0; i < COMMANDS; i++)
		if (expressible(c, p, i) && part-- == 0)
			return i;
	return part == 0 && legacy_is_04(c) ? COMMANDS : COMMANDS + 1;
}

/* Writes a number: for 0.4 big-endian, for 0.3 in the other side's order. */
static void
put32_own(const struct codec *c, uint8_t *out, uint32_t v)
{
	if (legacy_is_04(c) || c->big_endian)
		put32(out, v);
	else
		put32le(out, v);
}

static void
put16_own(const struct codec *c, uint8_t *out, uint16_t v)
{
	put16(out,
	    legacy_is_04(c) || c->big_endian ? v : (uint16_t)(v << 8 | v >> 8));
}

static void
mtu_put(const struct codec *c, uint8_t *out, uint32_t mtu)
{
	if (legacy_is_04(c)) /* as 0.4 on a little-endian host writes it */
		put16(out, (uint16_t)(mtu > 65535 ? 65535 : mtu));
	else
		put32_own(c, out, mtu);
}

static void
mac_put(const struct codec *c, uint8_t *out, const struct params *p)
{
	put16_own(c, out, p->have_mac ? LEGACY_ETHERNET : LEGACY_PPP);
	if (p->have_mac)
		memcpy(out + 2, p->mac, sizeof(p->mac));
}

static uint32_t
netmask(unsigned bits)
{
	return bits == 0 ? 0 : bits >= 32 ? 0xffffffff : ~0u << (32 - bits);
}

/* Writes a struct sockaddr_in with one of the four addresses. */
static void
sockaddr_put(const struct codec *c, uint8_t *out, enum command command,
    const struct param_addr *a)
{
	const struct addr *which = &a->addr;

	put16_own(c, out, 2); /* AF_INET */
	if (command == SET_NETMASK) {
		put32(out + 4, netmask(a->addr.addr_bits));
		return;
	}
	if (command == SET_BRDADDR && a->kind != PARAM_BROADCAST)
		return;
	if (command == SET_BRDADDR ||
	    (command == SET_DSTADDR && a->kind == PARAM_PEER))
		which = &a->other;
	memcpy(out + 4, which->addr_data8, 4);
}

static size_t
command_put(const struct codec *c, uint8_t *out, enum command command,
    const struct params *p)
{
	size_t ifreq = legacy_is_04(c) ? IFREQ_SIZE_32 :
	    c->record_size != 0	       ? (size_t)c->record_size :
					 IFREQ_SIZE_64;
	uint8_t *value = out + LEGACY_COMMAND + IFREQ_NAME;
	const struct param_addr *a;

	memset(out, 0, LEGACY_COMMAND + ifreq);
	put16(out, LEGACY_IFREQ);
	put32_own(c, out + 2, legacy_numbers[command]);
	memcpy(out + LEGACY_COMMAND, p->name,
	    strnlen(p->name, sizeof(p->name) - 1));
	if (command == SET_MAC)
		mac_put(c, value, p);
	else if (command == SET_MTU)
		mtu_put(c, value, p->mtu);
	else if ((a = first_ipv4(p)) != NULL)
		sockaddr_put(c, value, command, a);
	return LEGACY_COMMAND + ifreq;
}

size_t
legacy_put(struct codec *c, uint8_t *out, size_t size, const struct message *m,
    int part)
{
	int command;

	if (size < LEGACY_COMMAND + IFREQ_SIZE_64)
		return 0;
	if (m->kind == MSG_HELLO && part == 0)
		return greeting_put(c, out, &m->hello);
	if (m->kind != MSG_PARAMS)
		return 0;
	command = command_at(c, &m->params, part);
	if (command < COMMANDS)
		return command_put(c, out, command, &m->params);
	if (command > COMMANDS)
		return 0;
	put16(out, LEGACY_FINISHED);
	return 2;
}

/* SPDX-License-Identifier: ISC */
/*
 * The dialects of etherpuppet 0.3 and 0.4; etherpuppet(7) has the bytes.
 *
 * Theory of operation.  The slave sends its link type in two bytes, then come
 * records.  A record with the highest bit clear is a frame: length, ethertype,
 * frame.  The others are commands: an ioctl number of Linux and a struct ifreq,
 * which the original executes.  Here six numbers are understood as parameters
 * and all others are skipped.
 *
 * 0.4 writes number and structure in a fixed form.  0.3 writes them as they lie
 * in its memory: the number tells the byte order, and the bytes after the
 * structure tell whether it has 40 bytes (64-bit hosts) or 32.  The last eight
 * of 40 are zero, because 0.3 clears the structure before each use.  After 32
 * bytes comes the next command, or a frame, and neither begins with two zeros.
 * For structures that were not cleared: a command that begins 40 bytes after
 * the start of the structure tells it, too.
 */
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "frame/layers.h"
#include "frame/packet.h"
#include "session/legacy_write.h"

#define RECORD_HEADER 4 /* length and ethertype */

/*
 * The original has a buffer of 1600 bytes: a longer record is too long (tried:
 * the original takes the rest of it for the next record).
 */
#define LEGACY_FRAME (1600 - 2)

/*
 * An original slave sends each frame on its interface with 4 bytes too many,
 * and exits when the interface refuses one.
 */
#define LEGACY_EXCESS 4

#define SEEN_ALL      ((1u << COMMANDS) - 1)
#define SEEN_END      (1u << COMMANDS)

/* The command of an ioctl number, or -1. */
static int
command_of(uint32_t number)
{
	int i;

	for (i = 0; i < COMMANDS; i++)
		if (legacy_numbers[i] == number)
			return i;
	return -1;
}

/* Frames */

/* The protocol number that a Linux kernel gives this frame. */
static uint16_t
frame_protocol(const struct codec *c, const struct frame *f)
{
	uint16_t type = layers_type(f, c->linktype);

	if (type >= TYPE_MIN || f->len < ETHER_HEAD)
		return type;
	return f->len >= ETHER_HEAD + 2 &&
		get16(f->data + ETHER_HEAD) == 0xffff ?
	    TYPE_802_3 :
	    TYPE_802_2;
}

static size_t
legacy_head(struct codec *c, uint8_t out[HEAD_MAX], const struct frame *f)
{
	put16(out, (uint16_t)(f->len + 2));
	put16(out + 2, frame_protocol(c, f));
	return RECORD_HEADER;
}

static ssize_t
record_get(uint8_t *in, size_t len, size_t n, struct message *m)
{
	if (len - 2 < n)
		return 0;
	if (n <= 2) { /* 1: the peer's capture failed; 2: an empty frame */
		m->kind = MSG_SKIP;
		return (ssize_t)(2 + n);
	}
	m->kind = MSG_FRAME;
	memset(&m->frame, 0, sizeof(m->frame));
	m->frame.data = in + RECORD_HEADER;
	m->frame.len = (uint32_t)n - 2;
	return (ssize_t)(2 + n);
}

/* The link type */

static ssize_t
greeting_get(struct codec *c, const uint8_t *in, size_t len, struct message *m,
    char *why, size_t size)
{
	unsigned type;

	if (len < 2)
		return 0;
	type = get16(in);
	if (type != LEGACY_ETHERNET && type != LEGACY_PPP) {
		(void)snprintf(why, size,
		    "link type %u (ARPHRD) is neither Ethernet nor PPP", type);
		return -1;
	}
	c->greeted = true;
	c->linktype = type == LEGACY_PPP ? LINK_RAW : LINK_ETHERNET;
	m->kind = MSG_HELLO;
	memset(&m->hello, 0, sizeof(m->hello));
	m->hello.role = ROLE_SLAVE;
	m->hello.linktype = c->linktype;
	m->hello.maxframe = LEGACY_FRAME;
	return 2;
}

/* Commands, read */

/* Whether a command that we know begins here, in either byte order. */
static bool
command_begins(const uint8_t *in)
{
	return get16(in) == LEGACY_IFREQ &&
	    (command_of(get32le(in + 2)) != -1 ||
		command_of(get32(in + 2)) != -1);
}

/* The size of the struct ifreq at in; 0: it takes more bytes to tell. */
static size_t
ifreq_size(struct codec *c, const uint8_t *in, size_t len)
{
	if (legacy_is_04(c))
		return IFREQ_SIZE_32;
	if (c->record_size != 0)
		return (size_t)c->record_size;
	if (len < IFREQ_SIZE_32 + 2)
		return 0;
	if (get16(in + IFREQ_SIZE_32) == 0)
		c->record_size = IFREQ_SIZE_64;
	else if (len < IFREQ_SIZE_32 + LEGACY_COMMAND)
		return 0;
	else if (command_begins(in + IFREQ_SIZE_32))
		c->record_size = IFREQ_SIZE_32;
	else if (len < IFREQ_SIZE_64 + LEGACY_COMMAND)
		return 0;
	else
		c->record_size = command_begins(in + IFREQ_SIZE_64) ?
		    IFREQ_SIZE_64 :
		    IFREQ_SIZE_32;
	return (size_t)c->record_size;
}

/* The command of the number at in, or -1; notes the byte order of 0.3. */
static int
command_read(struct codec *c, const uint8_t *in)
{
	int command = command_of(get32(in));

	if (legacy_is_04(c))
		return command;
	if (command != -1) {
		c->big_endian = true;
		return command;
	}
	command = command_of(get32le(in));
	if (command != -1)
		c->big_endian = false;
	return command;
}

static void
mtu_take(const struct codec *c, const uint8_t *in, struct params *p)
{
	p->have_mtu = true;
	/* 0.4: 05 dc 00 00, from big-endian hosts 00 00 05 dc */
	if (legacy_is_04(c))
		p->mtu = get16(in + 2) == 0 ? get16(in) : get32(in);
	else
		p->mtu = c->big_endian ? get32(in) : get32le(in);
}

static void
mac_take(const struct codec *c, const uint8_t *in, struct params *p)
{
	uint16_t family = get16(in);

	if (!legacy_is_04(c) && !c->big_endian)
		family = (uint16_t)(family << 8 | family >> 8);
	p->have_mac = family == LEGACY_ETHERNET;
	if (p->have_mac)
		memcpy(p->mac, in + 2, sizeof(p->mac));
}

static void
ipv4_fill(struct addr *a, const uint8_t ip[4], uint16_t bits)
{
	memset(a, 0, sizeof(*a));
	a->addr_type = ADDR_TYPE_IP;
	a->addr_bits = bits;
	memcpy(a->addr_data8, ip, 4);
}

/* The number of leading one bits of a netmask. */
static uint16_t
mask_bits(const uint8_t mask[4])
{
	uint32_t v = get32(mask);
	uint16_t n = 0;

	for (; v & 0x80000000; v <<= 1)
		n++;
	return n;
}

/* Makes one param_addr of the four addresses that came one by one. */
static void
addresses_fill(struct codec *c)
{
	const uint8_t *ip = c->ip[0], *dst = c->ip[1], *brd = c->ip[2];
	bool masked = c->seen & 1u << SET_NETMASK;
	struct params *p = &c->params;
	struct param_addr *a = &p->addrs[0];

	p->have_addrs = (c->seen & 1u << SET_ADDR) &&
	    (masked || c->seen & SEEN_END);
	p->naddrs = p->have_addrs && get32(ip) != 0;
	if (p->naddrs == 0)
		return;
	memset(a, 0, sizeof(*a));
	ipv4_fill(&a->addr, ip, masked ? mask_bits(c->ip[3]) : 32);
	if (get32(dst) != 0 && get32(dst) != get32(ip)) {
		a->kind = PARAM_PEER;
		ipv4_fill(&a->other, dst, 32);
	} else if (get32(brd) != 0) {
		a->kind = PARAM_BROADCAST;
		ipv4_fill(&a->other, brd, 32);
	}
}

static bool
complete(const struct codec *c)
{
	return legacy_is_04(c) ? c->seen & SEEN_END : c->seen == SEEN_ALL;
}

/* Makes PARAMS of the commands so far. */
static void
snapshot(struct codec *c, struct message *m)
{
	addresses_fill(c);
	c->params.linktype = c->linktype;
	c->params.flags = PARAM_UP | PARAM_RUNNING;
	m->kind = MSG_PARAMS;
	m->complete = complete(c);
	m->params = c->params;
}

static void
command_take(struct codec *c, enum command command, const uint8_t *ifreq)
{
	const uint8_t *value = ifreq + IFREQ_NAME;
	struct params *p = &c->params;

	if (complete(c)) { /* a new set begins */
		c->seen = 0;
		memset(c->ip, 0, sizeof(c->ip));
	}
	c->seen |= 1u << command;
	memcpy(p->name, ifreq, sizeof(p->name) - 1);
	if (command == SET_MAC)
		mac_take(c, value, p);
	else if (command == SET_MTU)
		mtu_take(c, value, p);
	else
		memcpy(c->ip[command - SET_ADDR], value + 4, 4);
}

static ssize_t
command_get(struct codec *c, const uint8_t *in, size_t len, struct message *m)
{
	size_t size;
	int command;

	if (len < LEGACY_COMMAND)
		return 0;
	size = ifreq_size(c, in + LEGACY_COMMAND, len - LEGACY_COMMAND);
	if (size == 0 || len < LEGACY_COMMAND + size)
		return 0;
	command = command_read(c, in + 2);
	if (command == -1) {
		m->kind = MSG_SKIP;
	} else {
		command_take(c, command, in + LEGACY_COMMAND);
		snapshot(c, m);
	}
	return (ssize_t)(LEGACY_COMMAND + size);
}

static ssize_t
legacy_get(struct codec *c, uint8_t *in, size_t len, struct message *m,
    char *why, size_t size)
{
	unsigned n;

	if (c->role == ROLE_MASTER && !c->greeted)
		return greeting_get(c, in, len, m, why, size);
	if (len < 2)
		return 0;
	n = get16(in);
	if (!(n & 0x8000))
		return record_get(in, len, n, m);
	if (n == LEGACY_IFREQ)
		return command_get(c, in, len, m);
	if (n == LEGACY_FINISHED && legacy_is_04(c)) {
		c->seen |= SEEN_END;
		snapshot(c, m);
		return 2;
	}
	(void)snprintf(why, size, "unknown command 0x%04x", n);
	return -1;
}

const struct dialect dialect_legacy03 = {
	.name = "legacy 0.3",
	.magic = LEGACY_03,
	.minframe = FRAME_MIN,
	.maxframe = LEGACY_FRAME,
	.excess = LEGACY_EXCESS,
	.head = legacy_head,
	.put = legacy_put,
	.get = legacy_get,
};

const struct dialect dialect_legacy04 = {
	.name = "legacy 0.4",
	.magic = LEGACY_04,
	.minframe = FRAME_MIN,
	.maxframe = LEGACY_FRAME,
	.excess = LEGACY_EXCESS,
	.head = legacy_head,
	.put = legacy_put,
	.get = legacy_get,
};

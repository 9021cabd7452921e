/* SPDX-License-Identifier: ISC */
/*
 * Reads the bodies of native messages.  A body of TLVs is described by a table
 * of allowed lengths and a function that stores one TLV.  Unknown types and
 * TLVs are skipped, so that a later version may add some; a known TLV with a
 * wrong length, or one that contradicts itself, ends the session.  Lengths are
 * only compared; no memory is allocated by them.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "session/wire_body.h"

struct tlv {
	unsigned type, len;
	const uint8_t *value;
};

struct lengths {
	uint16_t min, max;
};

int
wire_bad(char *why, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, size, fmt, ap);
	va_end(ap);
	return -1;
}

static const struct lengths hello_lengths[HELLO_TLVS] = {
	[HELLO_ROLE] = { 1, 1 },
	[HELLO_LINKTYPE] = { 2, 2 },
	[HELLO_CAN] = { 4, 4 },
	[HELLO_WANT] = { 4, 4 },
	[HELLO_FILTER] = { 0, 1023 },
	[HELLO_NOCOPY] = { 0, 0 },
	[HELLO_MAXFRAME] = { 4, 4 },
	[HELLO_IFNAME] = { 0, 63 },
	[HELLO_OWN] = { 1, 65535 },
	[HELLO_VERSION] = { 0, 63 },
	[HELLO_HOST] = { 0, 63 },
	[HELLO_LEFT_OUT] = { 0, 255 },
};

static const struct lengths params_lengths[PARAMS_TLVS] = {
	[PARAMS_IFNAME] = { 0, PARAMS_NAME - 1 },
	[PARAMS_LINKTYPE] = { 2, 2 },
	[PARAMS_MAC] = { 6, 6 },
	[PARAMS_MTU] = { 4, 4 },
	[PARAMS_FLAGS] = { 4, 4 },
	[PARAMS_ADDR] = { 4, 65535 },
	[PARAMS_ADDRS_MEANT] = { 0, 0 },
	[PARAMS_SPEED] = { 5, 5 },
};

static const struct lengths stats_lengths[STATS_TLVS] = {
	[STATS_UP_FRAMES] = { 8, 8 },
	[STATS_DOWN_FRAMES] = { 8, 8 },
	[STATS_DROPPED] = { 8, 8 },
	[STATS_STALE] = { 8, 8 },
	[STATS_REFUSED] = { 8, 8 },
	[STATS_UP_BYTES] = { 8, 8 },
	[STATS_DOWN_BYTES] = { 8, 8 },
	[STATS_FILTERED] = { 8, 8 },
	[STATS_INVALID] = { 8, 8 },
	[STATS_READONLY] = { 8, 8 },
	[STATS_OVERSIZE] = { 8, 8 },
	[STATS_LATE] = { 8, 8 },
	[STATS_REASON_TEXT] = { 0, STATS_REASON - 1 },
};

/* 0; -1: text holds a NUL. */
static int
text_fill(char *out, const struct tlv *t)
{
	if (t->len > 0 && memchr(t->value, '\0', t->len) != NULL)
		return -1;
	if (t->len > 0)
		memcpy(out, t->value, t->len);
	out[t->len] = '\0';
	return 0;
}

static void
addr_fill(struct addr *a, unsigned family, unsigned bits, const uint8_t *in)
{
	a->addr_type = family == 4 ? ADDR_TYPE_IP : ADDR_TYPE_IP6;
	a->addr_bits = (uint16_t)bits;
	memcpy(a->addr_data8, in, wire_family_size(family));
}

static int
own_take(struct addr *own, const struct tlv *t)
{
	size_t n = wire_family_size(t->value[0]);

	if (n == 0)
		return 0;
	if (t->len != 1 + n)
		return -1;
	addr_fill(own, t->value[0], (unsigned)n * 8, t->value + 1);
	return 0;
}

static int
hello_take(struct message *m, const struct tlv *t)
{
	struct hello *h = &m->hello;

	switch (t->type) {
	case HELLO_ROLE:
		h->role = t->value[0] == ROLE_SLAVE ||
			t->value[0] == ROLE_MASTER ?
		    t->value[0] :
		    ROLE_UNKNOWN;
		break;
	case HELLO_LINKTYPE:
		h->linktype = get16(t->value);
		break;
	case HELLO_CAN:
		h->can = get32(t->value) & (CAP_ALL | CAP_TUNNEL);
		h->can_timestamps = t->value[3] & HELLO_CAN_TIMESTAMPS;
		break;
	case HELLO_WANT:
		h->want = get32(t->value) & HELLO_WANT_ALL;
		break;
	case HELLO_FILTER:
		return text_fill(h->filter, t);
	case HELLO_NOCOPY:
		h->nocopy = true;
		break;
	case HELLO_MAXFRAME:
		h->maxframe = get32(t->value);
		break;
	case HELLO_IFNAME:
		return text_fill(h->ifname, t);
	case HELLO_OWN:
		return own_take(&h->own, t);
	case HELLO_VERSION:
		return text_fill(h->version, t);
	case HELLO_HOST:
		return text_fill(h->host, t);
	case HELLO_LEFT_OUT:
		return text_fill(h->left_out, t);
	}
	return 0;
}

/* Skips an address of an unknown family or kind, and one too many. */
static int
param_addr_take(struct params *p, const struct tlv *t)
{
	struct param_addr *a = &p->addrs[p->naddrs];
	unsigned family = t->value[0], bits = t->value[1], kind = t->value[2];
	size_t n = wire_family_size(family);

	if (n == 0 || kind > PARAM_PEER)
		return 0;
	if (bits > n * 8 || t->len != 4 + n + (kind != PARAM_NONE ? n : 0))
		return -1;
	if (p->naddrs == PARAMS_ADDRS) {
		p->beyond++;
		return 0;
	}
	addr_fill(&a->addr, family, bits, t->value + 4);
	a->kind = kind;
	if (kind != PARAM_NONE)
		addr_fill(&a->other, family, (unsigned)n * 8, t->value + 4 + n);
	p->naddrs++;
	return 0;
}

static int
params_take(struct message *m, const struct tlv *t)
{
	struct params *p = &m->params;

	switch (t->type) {
	case PARAMS_IFNAME:
		return text_fill(p->name, t);
	case PARAMS_LINKTYPE:
		p->linktype = get16(t->value);
		break;
	case PARAMS_MAC:
		p->have_mac = true;
		memcpy(p->mac, t->value, sizeof(p->mac));
		break;
	case PARAMS_MTU:
		p->have_mtu = true;
		p->mtu = get32(t->value);
		break;
	case PARAMS_FLAGS:
		p->flags = get32(t->value) & PARAMS_FLAGS_ALL;
		break;
	case PARAMS_ADDR:
		return p->have_addrs ? param_addr_take(p, t) : 0;
	case PARAMS_ADDRS_MEANT:
		p->have_addrs = true;
		break;
	case PARAMS_SPEED:
		p->speed = get32(t->value);
		p->half_duplex = t->value[4] == 0;
		break;
	}
	return 0;
}

static int
stats_take(struct message *m, const struct tlv *t)
{
	if (t->type == STATS_REASON_TEXT)
		return text_fill(m->stats.reason, t);
	*wire_counter(&m->stats, t->type) = get64(t->value);
	return 0;
}

struct body {
	const char *name;
	unsigned ntlvs;
	const struct lengths *lengths;
	int (*take)(struct message *, const struct tlv *);
};

static const struct body hello_body = { "HELLO", HELLO_TLVS, hello_lengths,
	hello_take };
static const struct body params_body = { "PARAMS", PARAMS_TLVS, params_lengths,
	params_take };
static const struct body stats_body = { "STATS", STATS_TLVS, stats_lengths,
	stats_take };

static bool
length_allowed(const struct body *b, const struct tlv *t)
{
	return t->len >= b->lengths[t->type].min &&
	    t->len <= b->lengths[t->type].max;
}

/* Reads all TLVs of a body.  0; -1: why is filled. */
static int
tlvs_read(const struct body *b, const uint8_t *in, size_t len,
    struct message *m, char *why, size_t size)
{
	struct tlv t;

	while (len > 0) {
		if (len < TLV_HEADER || get16(in + 2) > len - TLV_HEADER)
			return wire_bad(why, size,
			    "%s: a TLV runs over the end", b->name);
		t.type = get16(in);
		t.len = get16(in + 2);
		t.value = in + TLV_HEADER;
		in += TLV_HEADER + t.len;
		len -= TLV_HEADER + t.len;
		if (t.type == 0 || t.type >= b->ntlvs)
			continue;
		if (!length_allowed(b, &t) || b->take(m, &t) == -1)
			return wire_bad(why, size, "%s: TLV %u makes no sense",
			    b->name, t.type);
	}
	return 0;
}

static int
token_read(enum message_kind kind, const uint8_t *in, size_t len,
    struct message *m, char *why, size_t size)
{
	if (len != 8)
		return wire_bad(why, size, "PING or PONG of %zu bytes", len);
	m->kind = kind;
	m->token = get64(in);
	return 0;
}

static int
mark_read(const uint8_t *in, size_t len, struct message *m, char *why,
    size_t size)
{
	if (len != WIRE_MARK)
		return wire_bad(why, size, "MARK of %zu bytes", len);
	m->kind = MSG_MARK;
	m->mark.written_us = get64(in);
	m->mark.age_us = get32(in + 8);
	m->mark.limit_us = get32(in + 12);
	return 0;
}

static int
bye_read(const uint8_t *in, size_t len, struct message *m, char *why,
    size_t size)
{
	struct bye *b = &m->bye;

	if (len < 2)
		return wire_bad(why, size, "BYE of %zu bytes", len);
	m->kind = MSG_BYE;
	b->code = get16(in);
	len -= 2;
	if (len > sizeof(b->text) - 1)
		len = sizeof(b->text) - 1;
	memcpy(b->text, in + 2, len);
	b->text[len] = '\0';
	return 0;
}

int
wire_body_read(unsigned type, const uint8_t *in, size_t len, struct message *m,
    char *why, size_t size)
{
	switch (type) {
	case TYPE_HELLO:
		m->kind = MSG_HELLO;
		memset(&m->hello, 0, sizeof(m->hello));
		m->hello.maxframe = FRAME_MAX;
		return tlvs_read(&hello_body, in, len, m, why, size);
	case TYPE_PARAMS:
		m->kind = MSG_PARAMS;
		m->complete = true;
		memset(&m->params, 0, sizeof(m->params));
		return tlvs_read(&params_body, in, len, m, why, size);
	case TYPE_STATS:
		m->kind = MSG_STATS;
		memset(&m->stats, 0, sizeof(m->stats));
		return tlvs_read(&stats_body, in, len, m, why, size);
	case TYPE_PING:
		return token_read(MSG_PING, in, len, m, why, size);
	case TYPE_PONG:
		return token_read(MSG_PONG, in, len, m, why, size);
	case TYPE_BYE:
		return bye_read(in, len, m, why, size);
	case TYPE_MARK:
		return mark_read(in, len, m, why, size);
	default:
		m->kind = MSG_SKIP;
		return 0;
	}
}

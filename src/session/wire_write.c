/* SPDX-License-Identifier: ISC */
/*
 * Writes the bodies of native messages.  If a part does not fit, the writer is
 * marked as full, and the whole message is dropped.
 */
#include <string.h>

#include "bytes.h"
#include "session/wire_body.h"

struct writer {
	uint8_t *at, *end;
	bool full;
};

static uint8_t *
tlv_room(struct writer *w, unsigned type, size_t len)
{
	uint8_t *at = w->at;

	if (w->full || (size_t)(w->end - at) < TLV_HEADER + len) {
		w->full = true;
		return NULL;
	}
	put16(at, (uint16_t)type);
	put16(at + 2, (uint16_t)len);
	w->at = at + TLV_HEADER + len;
	return at + TLV_HEADER;
}

static void
tlv_bytes(struct writer *w, unsigned type, const void *value, size_t len)
{
	uint8_t *at = tlv_room(w, type, len);

	if (at != NULL && len > 0)
		memcpy(at, value, len);
}

static void
tlv_text(struct writer *w, unsigned type, const char *text, size_t max)
{
	size_t len = strnlen(text, max);

	if (len > 0)
		tlv_bytes(w, type, text, len);
}

/* Writes a TLV with a number of 2, 4 or 8 bytes. */
static void
tlv_number(struct writer *w, unsigned type, uint64_t v, size_t len)
{
	uint8_t number[8];

	put64(number, v);
	tlv_bytes(w, type, number + 8 - len, len);
}

/* The family on the wire, 4 or 6; 0: neither. */
static unsigned
addr_family(const struct addr *a)
{
	return a->addr_type == ADDR_TYPE_IP ? 4 :
	    a->addr_type == ADDR_TYPE_IP6   ? 6 :
					      0;
}

static uint32_t
hello_can(const struct hello *h)
{
	return (h->can & (CAP_ALL | CAP_TUNNEL)) |
	    (h->can_timestamps ? HELLO_CAN_TIMESTAMPS : 0);
}

static void
hello_write(struct writer *w, const struct hello *h)
{
	unsigned family = addr_family(&h->own);
	uint8_t role = (uint8_t)h->role, own[17] = { (uint8_t)family };

	tlv_bytes(w, HELLO_ROLE, &role, 1);
	tlv_number(w, HELLO_LINKTYPE, (uint16_t)h->linktype, 2);
	tlv_number(w, HELLO_CAN, hello_can(h), 4);
	tlv_number(w, HELLO_WANT, h->want & HELLO_WANT_ALL, 4);
	tlv_text(w, HELLO_FILTER, h->filter, sizeof(h->filter) - 1);
	if (h->nocopy)
		tlv_bytes(w, HELLO_NOCOPY, NULL, 0);
	tlv_number(w, HELLO_MAXFRAME, h->maxframe, 4);
	tlv_text(w, HELLO_IFNAME, h->ifname, sizeof(h->ifname) - 1);
	if (family != 0) {
		memcpy(own + 1, h->own.addr_data8, wire_family_size(family));
		tlv_bytes(w, HELLO_OWN, own, 1 + wire_family_size(family));
	}
	tlv_text(w, HELLO_VERSION, h->version, sizeof(h->version) - 1);
	tlv_text(w, HELLO_HOST, h->host, sizeof(h->host) - 1);
	tlv_text(w, HELLO_LEFT_OUT, h->left_out, sizeof(h->left_out) - 1);
}

static void
param_addr_write(struct writer *w, const struct param_addr *a)
{
	unsigned family = addr_family(&a->addr);
	size_t n = wire_family_size(family);
	bool other = a->kind != PARAM_NONE && addr_family(&a->other) == family;
	uint8_t *at;

	if (n == 0)
		return;
	at = tlv_room(w, PARAMS_ADDR, 4 + n + (other ? n : 0));
	if (at == NULL)
		return;
	at[0] = (uint8_t)family;
	at[1] = (uint8_t)a->addr.addr_bits;
	at[2] = other ? (uint8_t)a->kind : PARAM_NONE;
	at[3] = 0;
	memcpy(at + 4, a->addr.addr_data8, n);
	if (other)
		memcpy(at + 4 + n, a->other.addr_data8, n);
}

static void
params_write(struct writer *w, const struct params *p)
{
	uint8_t speed[5];
	int i;

	tlv_text(w, PARAMS_IFNAME, p->name, sizeof(p->name) - 1);
	tlv_number(w, PARAMS_LINKTYPE, (uint16_t)p->linktype, 2);
	if (p->have_mac)
		tlv_bytes(w, PARAMS_MAC, p->mac, sizeof(p->mac));
	if (p->have_mtu)
		tlv_number(w, PARAMS_MTU, p->mtu, 4);
	tlv_number(w, PARAMS_FLAGS, p->flags & PARAMS_FLAGS_ALL, 4);
	if (p->speed != 0) {
		put32(speed, p->speed);
		speed[4] = !p->half_duplex;
		tlv_bytes(w, PARAMS_SPEED, speed, sizeof(speed));
	}
	if (!p->have_addrs)
		return;
	tlv_bytes(w, PARAMS_ADDRS_MEANT, NULL, 0);
	for (i = 0; i < p->naddrs; i++)
		param_addr_write(w, &p->addrs[i]);
}

static void
stats_write(struct writer *w, const struct counters *s)
{
	struct counters copy = *s;
	unsigned i;

	for (i = 1; i < STATS_REASON_TEXT; i++)
		tlv_number(w, i, *wire_counter(&copy, i), 8);
	tlv_text(w, STATS_REASON_TEXT, s->reason, sizeof(s->reason) - 1);
}

static void
bye_write(struct writer *w, const struct bye *b)
{
	size_t len = strnlen(b->text, sizeof(b->text) - 1);

	if ((size_t)(w->end - w->at) < 2 + len) {
		w->full = true;
		return;
	}
	put16(w->at, b->code);
	memcpy(w->at + 2, b->text, len);
	w->at += 2 + len;
}

static void
token_write(struct writer *w, uint64_t token)
{
	if (w->end - w->at < 8) {
		w->full = true;
		return;
	}
	put64(w->at, token);
	w->at += 8;
}

static void
mark_write(struct writer *w, const struct mark *m)
{
	if (w->end - w->at < WIRE_MARK) {
		w->full = true;
		return;
	}
	put64(w->at, m->written_us);
	put32(w->at + 8, m->age_us);
	put32(w->at + 12, m->limit_us);
	w->at += WIRE_MARK;
}

/* Writes padding that no compression on the way can shorten. */
static void
pad_write(struct writer *w, size_t len)
{
	static uint32_t x;

	if ((size_t)(w->end - w->at) < len) {
		w->full = true;
		return;
	}
	for (; len > 0; len--) {
		x = x * 1664525 + 1013904223;
		*w->at++ = (uint8_t)(x >> 24);
	}
}

uint8_t *
wire_body_write(uint8_t *out, uint8_t *end, const struct message *m,
    uint8_t *type)
{
	struct writer w = { out, end, false };

	switch (m->kind) {
	case MSG_HELLO:
		*type = TYPE_HELLO;
		hello_write(&w, &m->hello);
		break;
	case MSG_PARAMS:
		*type = TYPE_PARAMS;
		params_write(&w, &m->params);
		break;
	case MSG_PING:
	case MSG_PONG:
		*type = m->kind == MSG_PING ? TYPE_PING : TYPE_PONG;
		token_write(&w, m->token);
		break;
	case MSG_BYE:
		*type = TYPE_BYE;
		bye_write(&w, &m->bye);
		break;
	case MSG_STATS:
		*type = TYPE_STATS;
		stats_write(&w, &m->stats);
		break;
	case MSG_PAD:
		*type = TYPE_PAD;
		pad_write(&w, m->pad);
		break;
	case MSG_MARK:
		*type = TYPE_MARK;
		mark_write(&w, &m->mark);
		break;
	default:
		return NULL;
	}
	return w.full ? NULL : w.at;
}

/* SPDX-License-Identifier: ISC */
/*
 * For tests of dialects: prints messages as text, and cuts streams in two.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/wire_body.h"

struct text {
	char *at;
	size_t len, size;
};

static inline void text_add(struct text *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static inline void
text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (t->size - t->len < 4096) {
		t->size = 2 * t->size + 8192;
		t->at = realloc(t->at, t->size);
		if (t->at == NULL)
			abort();
	}
	va_start(ap, fmt);
	n = vsnprintf(t->at + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

static inline void
text_addr(struct text *t, const struct addr *a)
{
	size_t i,
	    n = a->addr_type == ADDR_TYPE_IP ? 4 :
	    a->addr_type == ADDR_TYPE_IP6    ? 16 :
					       0;

	for (i = 0; i < n; i++)
		text_add(t, "%02x", a->addr_data8[i]);
	text_add(t, "/%u", a->addr_bits);
}

static inline void
text_hello(struct text *t, const struct hello *h)
{
	text_add(t, "HELLO role %d link %d can %x%s want %x filter '%s'%s",
	    h->role, h->linktype, h->can, h->can_timestamps ? "+time" : "",
	    h->want, h->filter, h->nocopy ? " nocopy" : "");
	text_add(t, " max %u name '%s' own ", h->maxframe, h->ifname);
	text_addr(t, &h->own);
	text_add(t, " version '%s'\n", h->version);
}

static inline void
text_params(struct text *t, const struct message *m)
{
	static const char *const kinds[] = { "", " brd ", " peer " };
	const struct params *p = &m->params;
	int i;

	text_add(t, "PARAMS '%s' link %d flags %u", p->name, p->linktype,
	    p->flags);
	if (p->have_mac)
		text_add(t, " mac %02x%02x%02x%02x%02x%02x", p->mac[0],
		    p->mac[1], p->mac[2], p->mac[3], p->mac[4], p->mac[5]);
	if (p->have_mtu)
		text_add(t, " mtu %u", p->mtu);
	if (p->speed != 0)
		text_add(t, " speed %u%s", p->speed,
		    p->half_duplex ? " half" : "");
	if (p->have_addrs)
		text_add(t, " addrs");
	for (i = 0; i < p->naddrs; i++) {
		text_add(t, " ");
		text_addr(t, &p->addrs[i].addr);
		text_add(t, "%s", kinds[p->addrs[i].kind]);
		if (p->addrs[i].kind != PARAM_NONE)
			text_addr(t, &p->addrs[i].other);
	}
	text_add(t, "%s\n", m->complete ? " complete" : "");
}

static inline void
text_frame(struct text *t, const struct frame *f)
{
	const struct offload *o = &f->off;
	uint32_t i, hash = 2166136261u;

	for (i = 0; i < f->len; i++)
		hash = (hash ^ f->data[i]) * 16777619u;
	text_add(t, "FRAME %u #%08x%s at %llu", f->len, hash,
	    f->outbound ? " out" : "", (unsigned long long)f->when_ns);
	text_add(t, " off %u %u %u %u %u %u\n", o->flags, o->gso, o->hdr_len,
	    o->gso_size, o->csum_start, o->csum_offset);
}

static inline void
text_message(struct text *t, const struct message *m)
{
	struct counters s;
	unsigned i;

	switch (m->kind) {
	case MSG_HELLO:
		text_hello(t, &m->hello);
		break;
	case MSG_PARAMS:
		text_params(t, m);
		break;
	case MSG_FRAME:
		text_frame(t, &m->frame);
		break;
	case MSG_PING:
	case MSG_PONG:
		text_add(t, "%s %016llx\n",
		    m->kind == MSG_PING ? "PING" : "PONG",
		    (unsigned long long)m->token);
		break;
	case MSG_BYE:
		text_add(t, "BYE %u '%s'\n", m->bye.code, m->bye.text);
		break;
	case MSG_STATS:
		s = m->stats;
		text_add(t, "STATS");
		for (i = 1; i < STATS_REASON_TEXT; i++)
			text_add(t, " %llu",
			    (unsigned long long)*wire_counter(&s, i));
		text_add(t, " '%s'\n", s.reason);
		break;
	case MSG_SKIP:
		text_add(t, "SKIP\n");
		break;
	case MSG_PAD: /* has no fields */
		text_add(t, "PAD\n");
		break;
	case MSG_MARK:
		text_add(t, "MARK %llu %u %u\n",
		    (unsigned long long)m->mark.written_us, m->mark.age_us,
		    m->mark.limit_us);
	}
}

/*
 * Decodes as many of the len bytes as possible, from a copy of that size, so
 * that a sanitizer sees its end.  Returns how many bytes were used.
 */
static inline size_t
stream_read(struct codec *c, const uint8_t *in, size_t len, struct text *t)
{
	struct message m;
	uint8_t *copy;
	char why[256];
	size_t off = 0;
	ssize_t n;

	for (;;) {
		copy = malloc(len - off + (len == off));
		if (copy == NULL)
			abort();
		memcpy(copy, in + off, len - off);
		n = c->dialect->get(c, copy, len - off, &m, why, sizeof(why));
		if (n > 0)
			text_message(t, &m);
		else if (n == -1)
			text_add(t, "BAD %s\n", why);
		free(copy);
		if (n <= 0)
			return off;
		off += (size_t)n;
	}
}

/*
 * Returns the text of a whole stream that comes in two pieces, the first of
 * `cut' bytes.  The caller must free() it.
 */
static inline char *
stream_text(const struct dialect *d, enum role role, const uint8_t *in,
    size_t len, size_t cut)
{
	struct codec c = { .dialect = d, .role = role };
	struct text t = { NULL, 0, 0 };
	size_t off;

	text_add(&t, "%s", "");
	off = stream_read(&c, in, cut, &t);
	if (strstr(t.at, "BAD") == NULL) {
		off += stream_read(&c, in + off, len - off, &t);
		text_add(&t, "%zu left\n", len - off);
	}
	return t.at;
}

#endif

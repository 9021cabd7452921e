/* SPDX-License-Identifier: ISC */
/*
 * Frames, and the two ends of the way.
 *
 * Every frame has a number of its own, and is kept, so that it can be told
 * what became of it.  Behind its headers come the magic, the number, and bytes
 * that tell places apart.  What the host sends of its own accord on these
 * interfaces has no magic.
 */
#include <sys/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "privilege/helper.h"
#include "log.h"
#include "smoke.h"
#include "../unit/direct.h"
#include "../unit/opened.h"

#define FRAMES	  65536
#define TYPE_VLAN 0x8100
#define VLAN	  100
#define IP_UDP	  28 /* bytes of headers */

static const uint8_t magic[4] = { 's', 'm', 'o', 'k' };

struct end real, doll;
static struct {
	uint8_t *data;
	uint32_t len;
	const struct end *from;
} sent[FRAMES]; /* by their numbers */
static unsigned nsent;

int
end_open(struct end *e, const struct port_control *control, const char *name)
{
	struct port_config config = { .name = name };

	if (port_opened(&e->port, control, &config) == -1)
		return -1;
	(void)snprintf(e->name, sizeof(e->name), "%.15s", e->port.name);
	(void)port_offloads(&e->port, 0);
	(void)port_set(&e->port, PORT_CARRIER, true);
	if (e->port.ops->attach(&e->port, NULL) == 0)
		return 0;
	log_errno("%s: attach", e->port.name);
	end_close(e);
	return -1;
}

void
end_close(struct end *e)
{
	port_close(&e->port);
}

/* Where what follows the headers begins; 0: it is too short. */
static uint32_t
body_at(const uint8_t *data, uint32_t len)
{
	uint32_t at = 12;

	if (len >= at + 6 && get16(data + at) == TYPE_VLAN)
		at += 4;
	if (len < at + 2)
		return 0;
	at += 2 + (get16(data + at) == TYPE_IP ? IP_UDP : 0);
	return len >= at + 8 ? at : 0;
}

/* Its number, if it is one of ours. */
static bool
number_of(const struct frame *f, unsigned *number)
{
	uint32_t at = body_at(f->data, f->len);

	if (at == 0 || memcmp(f->data + at, magic, sizeof(magic)) != 0)
		return false;
	*number = get32(f->data + at + 4);
	return *number < nsent;
}

static int
damage_of(const struct frame *f, unsigned number)
{
	uint32_t i;

	for (i = 0; i < f->len && i < sent[number].len; i++)
		if (f->data[i] != sent[number].data[i])
			return (int)i;
	return f->len == sent[number].len ? -1 : (int)i;
}

void
end_collect(struct end *e)
{
	static struct frame frames[FRAME_BATCH];
	unsigned number;
	int i, n;

	while ((n = e->port.ops->recv(&e->port, frames, FRAME_BATCH)) > 0)
		for (i = 0; i < n; i++)
			if (number_of(&frames[i], &number) &&
			    e->nseen < SEEN_MAX)
				e->seen[e->nseen++] = (struct seen) { number,
					damage_of(&frames[i], number),
					sent[number].from == e };
}

static bool
arrived(void *arg)
{
	struct end *e = arg;
	int i;

	end_collect(e);
	for (i = e->nseen - 1; i >= 0; i--)
		if (e->seen[i].number == e->wanted)
			return true;
	return false;
}

bool
end_sees(struct end *e, unsigned number)
{
	e->wanted = number;
	return until(arrived, e, e->port.fd);
}

/* From a stranger on the wire to the doll, or from the doll to him. */
static void
frame_fill(uint8_t *p, const struct end *to, const struct shape *shape)
{
	static const uint8_t stranger[6] = { 2, 0, 0x5e, 0, 0x53, 0xfe };
	uint16_t type = shape->type != 0 ? shape->type : TYPE_A;
	uint32_t at = 12, i;

	for (i = 0; i < shape->len; i++)
		p[i] = (uint8_t)(nsent + i * 7 + (i >> 8));
	memcpy(p, to == &real ? stranger : doll.mac, 6);
	memcpy(p + 6, to == &real ? doll.mac : stranger, 6);
	if (shape->broadcast)
		memset(p, 0xff, 6);
	if (shape->tagged) {
		put16(p + at, TYPE_VLAN);
		put16(p + at + 2, VLAN);
		at += 4;
	}
	put16(p + at, type);
	at += 2;
	if (type == TYPE_IP) {
		memcpy(p, real.mac, 6);
		host_headers(p + at, shape->len - at);
		at += IP_UDP;
	}
	memcpy(p + at, magic, sizeof(magic));
	put32(p + at + 4, nsent);
}

static bool
taken(void *arg)
{
	static uint8_t copy[FRAME_MAX];
	struct port *port = arg;
	struct frame f = { .data = copy, .len = sent[nsent].len };

	memcpy(copy, sent[nsent].data, f.len);
	return port->ops->send(port, &f, 1) == 1;
}

unsigned
end_send(struct end *from, const struct end *to, const struct shape *shape)
{
	if (nsent == FRAMES ||
	    (sent[nsent].data = malloc(shape->len)) == NULL) {
		perror("frame");
		leave();
	}
	sent[nsent].len = shape->len;
	sent[nsent].from = from;
	frame_fill(sent[nsent].data, to, shape);
	(void)until(taken, &from->port, -1);
	return nsent++;
}

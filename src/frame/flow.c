/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "frame/coalesce.h"
#include "frame/flow.h"
#include "frame/offload.h"

#define SEGMENTS (4 * FRAME_MAX)

int
flow_open(struct flow *f)
{
	f->segments = malloc(SEGMENTS);
	return f->segments == NULL ? -1 : 0;
}

void
flow_close(struct flow *f)
{
	free(f->segments);
	free(f->joined);
	f->segments = f->joined = NULL;
}

int
flow_set_join(struct flow *f, uint32_t max)
{
	f->join = 0;
	if (max != 0 && f->joined == NULL &&
	    (f->joined = malloc(PORT_SLAB)) == NULL)
		return -1;
	f->join = max < FRAME_MAX ? max : FRAME_MAX;
	return 0;
}

void
flow_take(struct flow *f, int n)
{
	f->nin = n;
	f->iin = f->nout = f->iout = 0;
	f->came_ns = 0;
}

void
flow_join(struct flow *f, unsigned caps, int linktype)
{
	if (f->join != 0 && f->nin > 1)
		f->nin = coalesce(f->in, f->nin, linktype, caps, f->join,
		    f->joined, PORT_SLAB);
}

bool
flow_empty(const struct flow *f)
{
	return f->iout == f->nout && f->iin == f->nin && f->cut.frame == NULL;
}

static unsigned
flow_caps_of(const struct offload *off)
{
	/* offload_begin() has set the frame of a cut.
	 * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	switch (off->gso & ~OFFLOAD_ECN) {
	case 0:
		return off->flags & OFFLOAD_CSUM ? CAP_CSUM : 0;
	case OFFLOAD_TCP4:
		return CAP_CSUM | CAP_TSO4;
	case OFFLOAD_TCP6:
		return CAP_CSUM | CAP_TSO6;
	case OFFLOAD_UDP:
		return CAP_CSUM | CAP_USO;
	default:
		return ~0u;
	}
}

bool
flow_lacks(const struct offload_cut *c, unsigned caps, struct tunnel *tunnel)
{
	*tunnel = (struct tunnel) { 0 };
	if ((flow_caps_of(&c->frame->off) & ~caps) != 0)
		return true;
	if (c->layers.count <= 2)
		return c->sctp_end != 0;
	return (caps & CAP_TUNNEL) == 0 || !tunnel_find(c, tunnel);
}

/* Cuts until the memory for segments is used up or the frame is done. */
static bool
flow_cut(struct flow *f, unsigned caps)
{
	bool joined = f->join_tunnels && (caps & CAP_USO) != 0;
	struct frame *out = &f->out[f->nout];

	if (SEGMENTS - f->used < FRAME_MAX)
		return false;
	if ((joined ? tunnel_next : offload_next)(&f->cut,
		f->segments + f->used, SEGMENTS - f->used, out) == 1) {
		f->used += out->len;
		f->nout++;
	}
	return true;
}

uint64_t
flow_clear(struct flow *f)
{
	uint64_t n = (uint64_t)(f->nout - f->iout) +
	    (uint64_t)(f->nin - f->iin);

	/* the rest of a frame that is being cut counts as its segments */
	while (f->cut.frame != NULL) {
		f->nout = 0;
		f->used = 0;
		(void)flow_cut(f, 0);
		n += (uint64_t)f->nout;
	}
	flow_take(f, 0);
	return n;
}

/* Removes the flag that a checksum was verified: only coalesce() uses it. */
static void
off_strip(struct offload *off)
{
	off->flags &= OFFLOAD_CSUM;
	if (off->flags == 0 && off->gso == 0)
		memset(off, 0, sizeof(*off));
}

static bool
is_small_cut(const struct offload *off)
{
	return off->gso != 0 && off->gso_size < SEGMENT_MIN;
}

/* Puts a frame into f->out, or begins to cut it, or counts it as invalid. */
static void
flow_pass(struct flow *f, struct frame *in, unsigned caps, int linktype,
    uint64_t *invalid)
{
	struct frame *out = &f->out[f->nout];
	struct offload none = { 0 };
	bool small = is_small_cut(&in->off);

	off_strip(&in->off);
	if (memcmp(&in->off, &none, sizeof(none)) != 0) {
		if ((f->from_peer && small) ||
		    offload_begin(&f->cut, in, linktype) == -1) {
			(*invalid)++;
			return;
		}
		if (small || flow_lacks(&f->cut, caps, &in->tunnel))
			return; /* flow_cut() does the rest */
		f->cut.frame = NULL;
	}
	*out = *in;
	f->nout++;
}

void
flow_fill(struct flow *f, unsigned caps, int linktype, uint64_t *invalid)
{
	if (f->iout < f->nout)
		return;
	f->iout = f->nout = 0;
	f->used = 0;
	while (f->nout < FRAME_BATCH) {
		if (f->cut.frame != NULL) {
			if (!flow_cut(f, caps))
				break;
		} else if (f->iin < f->nin)
			flow_pass(f, &f->in[f->iin++], caps, linktype, invalid);
		else
			break;
	}
}

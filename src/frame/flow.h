/* SPDX-License-Identifier: ISC */
/*
 * One batch of frames on its way from one end of the relay to the other.
 * Segments are joined if a user wants it (coalesce.c); then frames whose undone
 * work the far end does not accept are completed (offload.c).
 */
#ifndef FLOW_H
#define FLOW_H

#include "frame/offload.h"
#include "port/port.h"

/*
 * The smallest payload of a segment, in bytes, in frames from a peer: with 1
 * byte in each, one frame would become 65536.  The kernel's own frames may have
 * smaller segments (UDP_SEGMENT, GRO): they are cut before they go to the peer.
 */
#define SEGMENT_MIN 48

struct flow {
	struct frame in[FRAME_BATCH], out[FRAME_BATCH];
	int nin, iin; /* frames that came; index of the next one */
	int nout, iout; /* frames to go; index of the next one */
	struct offload_cut cut;
	uint8_t *segments; /* memory of frames that were cut */
	size_t used;
	uint32_t join; /* bytes of the largest joined frame; 0: join none */
	uint8_t *joined; /* memory of joined frames */
	bool join_tunnels; /* frames go to a wire: cut them by tunnel_next() */
	uint64_t came_ns; /* up: when frames without when_ns came; 0: now */
	bool from_peer; /* segments below SEGMENT_MIN are invalid */
};

/* 0; -1 errno. */
int flow_open(struct flow *);
void flow_close(struct flow *);
/* Drops all frames.  Returns how many would have gone out. */
uint64_t flow_clear(struct flow *);
/* Whether it has no frame. */
bool flow_empty(const struct flow *);
/* Begins with the n frames that the caller has put into f->in. */
void flow_take(struct flow *, int n);
/*
 * From now on flow_join() joins segments to frames of at most max bytes; 0: it
 * joins none.  0; -1 errno: it joins none.
 */
int flow_set_join(struct flow *, uint32_t max);
/* Joins the frames just taken, for an end that accepts these CAP_*. */
void flow_join(struct flow *, unsigned caps, int linktype);
/*
 * If f->out is empty, fills it for an end that accepts these CAP_*.  Counts
 * frames whose offload header makes no sense.
 */
void flow_fill(struct flow *, unsigned caps, int linktype, uint64_t *invalid);
/*
 * After offload_begin(): whether the frame must be completed before an end with
 * these CAP_* gets it.  Always true for accurate ECN and for SCTP's undone
 * checksum: no CAP_* stands for them.  True for a frame with segmentation in a
 * tunnel: struct offload cannot say so, and a kernel would cut it wrong.  But
 * false for tunnels of tunnel_find() if the caps have CAP_TUNNEL: then *tunnel
 * describes the tunnel.  In all other cases *tunnel is all zero.
 */
bool flow_lacks(const struct offload_cut *, unsigned caps,
    struct tunnel *tunnel);

#endif

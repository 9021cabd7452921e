/* SPDX-License-Identifier: ISC */
/*
 * One batch of frames on its way from one end of the relay to the other.
 * Frames whose work left undone the far end cannot express are completed on
 * the way (offload.c); if somebody wished it, segments are joined before
 * (coalesce.c).
 */
#ifndef FLOW_H
#define FLOW_H

#include "frame/offload.h"
#include "port/port.h"

/*
 * Payload bytes in a segment: a frame with fewer is cut before it goes to the
 * peer, which would refuse it, as 1 byte in each makes 65536 frames of one.
 * The kernel's own frames may have them (UDP_SEGMENT, GRO).
 */
#define SEGMENT_MIN 48

struct flow {
	struct frame in[FRAME_BATCH], out[FRAME_BATCH];
	int nin, iin; /* frames that came; which is next */
	int nout, iout; /* frames to go; which is next */
	struct offload_cut cut;
	uint8_t *segments; /* memory of frames that were cut */
	size_t used;
	uint32_t join; /* the largest frame to be made of several; 0: none */
	uint8_t *joined; /* memory of such frames */
	bool join_tunnels; /* frames go to a wire: cut by tunnel_next() */
	uint64_t came_ns; /* up: when frames without when_ns came; 0: now */
	bool from_peer; /* segments below SEGMENT_MIN are invalid */
};

/* 0; -1 errno. */
int flow_open(struct flow *);
void flow_close(struct flow *);
/* Drops the frames on their way.  Returns how many they were. */
uint64_t flow_clear(struct flow *);
/* Nothing is on its way. */
bool flow_empty(const struct flow *);
/* An empty flow takes the n frames that somebody has put into f->in. */
void flow_take(struct flow *, int n);
/*
 * From now on flow_join() makes frames of several, of max bytes at most; 0: it
 * makes none.  0; -1 errno: it makes none.
 */
int flow_set_join(struct flow *, uint32_t max);
/* Joins what was just taken, for an end that takes these caps. */
void flow_join(struct flow *, unsigned caps, int linktype);
/*
 * Fills the way out, when it is empty, for an end that takes these caps; counts
 * frames whose offload makes no sense.
 */
void flow_fill(struct flow *, unsigned caps, int linktype, uint64_t *invalid);
/*
 * Whether the frame, whose cutting was begun, must be completed before an end
 * with these CAP_* gets it.  Always, for one of accurate ECN and for SCTP,
 * whose checksum is another one than what CAP_CSUM is about: no CAP_* says
 * them.  Also true for a frame with segmentation whose csum_start is not the
 * outer transport header (this header has no tunnel bits, so a kernel would cut
 * it wrong), but for the tunnels of tunnel_find() where the caps have
 * CAP_TUNNEL. Those are described in *tunnel, which is else all zero.
 */
bool flow_lacks(const struct offload_cut *, unsigned caps,
    struct tunnel *tunnel);

#endif

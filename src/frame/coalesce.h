/* SPDX-License-Identifier: ISC */
/*
 * Joins TCP segments that were captured one by one into frames with
 * segmentation, as the reverse of offload.c.  Cutting such a frame gives the
 * same segments, byte for byte.  No I/O, never prints.
 */
#ifndef COALESCE_H
#define COALESCE_H

#include "port/port.h"

#define COALESCE_TRAINS 8 /* flows that are joined at a time */

/*
 * Joins segments among n frames (at most FRAME_BATCH) for an end with these
 * CAP_*.  Joined frames have at most max bytes and are built in size bytes of
 * memory.  Such a frame has the place and time of its first segment.  Returns
 * how many frames are left.
 */
int coalesce(struct frame *, int n, int linktype, unsigned caps, uint32_t max,
    uint8_t *memory, size_t size);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * TCP segments that were captured one by one, joined into frames with
 * segmentation: the way back of offload.c.  Cut again, they are the same
 * frames, byte for byte.  No I/O, never prints.
 */
#ifndef COALESCE_H
#define COALESCE_H

#include "port/port.h"

#define COALESCE_TRAINS 8 /* flows that are joined at a time */

/*
 * Joins what may be joined of n frames (at most FRAME_BATCH) for an end with
 * these CAP_*, to frames of at most max bytes, which are put together in size
 * bytes of memory.  A joined frame stands where the first of its segments stood
 * and has its time.  Returns how many frames are left.
 */
int coalesce(struct frame *, int n, int linktype, unsigned caps, uint32_t max,
    uint8_t *memory, size_t size);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * Fills frames with bytes that differ by frame and by offset.
 */
#ifndef FILL_H
#define FILL_H

#include "port/port.h"

static inline void
fill(uint8_t *p, size_t len, unsigned seed)
{
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = (uint8_t)(seed + i * 7 + (i >> 8));
}

static inline struct frame
frame_of(uint8_t *data, uint32_t len)
{
	return (struct frame) { .data = data, .len = len };
}

#endif

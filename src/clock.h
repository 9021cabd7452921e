/* SPDX-License-Identifier: ISC */
/* The time, by two clocks. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Milliseconds and microseconds of the monotonic clock. */
uint64_t clock_ms(void);
uint64_t clock_us(void);

/*
 * Nanoseconds since 1970, for the times of frames.  An administrator may set
 * this clock forward or back: the difference of two of its times means nothing.
 */
uint64_t clock_wall_ns(void);

#endif

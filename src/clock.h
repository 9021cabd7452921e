/* SPDX-License-Identifier: ISC */
/* The clocks. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Milliseconds and microseconds of the monotonic clock. */
uint64_t clock_ms(void);
uint64_t clock_us(void);

/*
 * Nanoseconds since 1970, for the times of frames.  Somebody may set this
 * clock, to an earlier time too: the difference of two of its times may be
 * anything.
 */
uint64_t clock_wall_ns(void);

#endif

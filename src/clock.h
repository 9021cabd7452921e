/* The clocks. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Milliseconds and microseconds of the monotonic clock. */
uint64_t clock_ms(void);
uint64_t clock_us(void);

/*
 * Nanoseconds since 1970, for the times of frames.  This clock may be set, to
 * an earlier time too: a difference between two of its times may be any number.
 */
uint64_t clock_wall_ns(void);

#endif

/* SPDX-License-Identifier: ISC */
#include <time.h>

#include "clock.h"

static uint64_t
clock_ns(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

uint64_t
clock_ms(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

uint64_t
clock_us(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000;
}

uint64_t
clock_wall_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

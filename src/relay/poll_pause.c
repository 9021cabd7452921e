#include "relay/poll_pause.h"

#define SMALL  256 /* bytes of a frame, in the mean */
#define RATE   80000 /* frames a second */
#define SAMPLE 16 /* frames, to know it by */

void
poll_pause_seen(struct poll_pause *r, const struct frame *f, int n,
    uint64_t pause_ns, uint64_t now)
{
	int i;

	for (i = 0; i < n; i++)
		r->bytes += f[i].len;
	r->frames += (unsigned)n;
	if (r->frames >= SAMPLE) {
		r->busy = r->bytes < (uint64_t)r->frames * SMALL &&
		    (uint64_t)r->frames * 1000000 >= (now - r->since_us) * RATE;
		r->frames = 0;
		r->bytes = 0;
		r->since_us = now;
	}
	if (r->busy && pause_ns > 0 && n < FRAME_BATCH)
		r->until_us = now + pause_ns / 1000;
}

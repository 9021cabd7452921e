/* SPDX-License-Identifier: ISC */
#include <inttypes.h>

#include "clock.h"
#include "delay/delay.h"
#include "frame/flow.h"
#include "session/message.h"

#define EXCUSE_MS 500 /* time for the frames that waited to leave */

void
delay_limit(struct delay *d, uint64_t ms, bool windowed)
{
	d->limit_us = ms * 1000;
	d->window.limit_us = windowed ? d->limit_us : 0;
}

void
delay_excuse(struct delay *d)
{
	d->excused_ms = clock_ms() + EXCUSE_MS;
}

void
delay_left(struct flow *f, uint64_t now)
{
	if (f->came_ns == 0)
		f->came_ns = now;
}

/* Age of the next frame in f->out, in ns; 0 if its time is unknown. */
static uint64_t
delay_age(const struct flow *f, uint64_t now)
{
	const struct frame *next = &f->out[f->iout];
	uint64_t came = next->when_ns != 0 ? next->when_ns : f->came_ns;

	return came != 0 && now > came ? now - came : 0;
}

/* How long a frame may wait here, in ns. */
static uint64_t
delay_share(const struct delay *d)
{
	return 1000 *
	    (d->window.limit_us != 0 ? window_wait(&d->window) :
				       d->limit_us / 2);
}

uint64_t
delay_discard(struct delay *d, struct flow *f, uint64_t now)
{
	uint64_t share = delay_share(d), old = 0;

	d->age_us = 0;
	if (d->excused_ms != 0 && clock_ms() <= d->excused_ms)
		return 0;
	if (d->limit_us != 0)
		for (; f->iout < f->nout; f->iout++, old++)
			if (delay_age(f, now) <= share)
				break;
	if (f->iout < f->nout)
		d->age_us = delay_age(f, now) / 1000;
	d->unsaid += old;
	return old;
}

int
delay_wait(const struct delay *d, const struct flow *f, uint64_t now)
{
	uint64_t share = delay_share(d), age;

	if (d->limit_us == 0 || f->iout == f->nout)
		return -1;
	age = delay_age(f, now);
	return age >= share ? 1 : (int)((share - age) / 1000000) + 1;
}

/* The clocks have nothing in common, so a difference may be any number. */
static bool
is_less(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b) < 0;
}

static void
delay_period(struct delay *d, uint64_t least, uint64_t now)
{
	d->least_us[1] = d->marks == 0 ? least : d->least_us[0];
	d->least_us[0] = least;
	d->began_us = now;
	d->marks = 1;
}

void
delay_mark(struct delay *d, const struct mark *m, uint64_t now)
{
	uint64_t least = now - m->written_us;

	if (d->marks == 0 ||
	    (d->marks >= DELAY_MARKS && now - d->began_us >= DELAY_PERIOD_US))
		delay_period(d, least, now);
	else if (is_less(least, d->least_us[0]))
		d->least_us[0] = least;
	if (d->marks < DELAY_MARKS)
		d->marks++;
	d->since_us = m->written_us - m->age_us;
	d->limit_us = m->limit_us;
}

bool
delay_is_late(const struct delay *d, uint64_t path, uint64_t now)
{
	uint64_t way = path < d->limit_us ? path / 2 : d->limit_us / 2;
	uint64_t least = is_less(d->least_us[0], d->least_us[1]) ?
	    d->least_us[0] :
	    d->least_us[1];

	return d->limit_us != 0 &&
	    is_less(d->limit_us - d->limit_us / 16,
		now - d->since_us - least + way);
}

uint64_t
delay_late(struct delay *d)
{
	uint64_t n = d->late;

	d->late = 0;
	d->unsaid += n;
	return n;
}

void
delay_say(struct delay *d, const char *name, bool last)
{
	if (d->unsaid == 0 || (!last && !log_allowed(&d->said)))
		return;
	log_info("%s: dropped %" PRIu64 " frames older than %" PRIu64
		 " ms: the link is slower than the traffic",
	    name, d->unsaid, d->limit_us / 1000);
	d->unsaid = 0;
}

#include <inttypes.h>

#include "frame/flow.h"
#include "delay/stale.h"

void
stale_left(struct flow *f, uint64_t now)
{
	if (f->came_ns == 0)
		f->came_ns = now;
}

static uint64_t
age_of_next(const struct flow *f, uint64_t now)
{
	const struct frame *next = &f->out[f->iout];
	uint64_t came = next->when_ns != 0 ? next->when_ns : f->came_ns;

	return came != 0 && now > came ? now - came : 0;
}

uint64_t
stale_age_us(const struct flow *f, uint64_t now)
{
	return f->iout == f->nout ? 0 : age_of_next(f, now) / 1000;
}

uint64_t
stale_discard(struct stale *st, struct flow *f, uint64_t now)
{
	uint64_t old = 0;

	if (st->limit_ns == 0)
		return 0;
	for (; f->iout < f->nout; f->iout++, old++)
		if (age_of_next(f, now) <= st->wait_ns)
			break;
	st->unsaid += old;
	return old;
}

int
stale_wait_ms(const struct stale *st, const struct flow *f, uint64_t now)
{
	uint64_t age;

	if (st->limit_ns == 0 || f->iout == f->nout)
		return -1;
	age = age_of_next(f, now);
	return age >= st->wait_ns ? 1 :
				    (int)((st->wait_ns - age) / 1000000) + 1;
}

void
stale_say(struct stale *st, const char *name)
{
	if (st->unsaid == 0 || !log_allowed(&st->limit))
		return;
	log_info("%s: dropped %" PRIu64 " frames older than %" PRIu64
		 " ms: the link is slower than the traffic",
	    name, st->unsaid, st->limit_ns / 1000000);
	st->unsaid = 0;
}

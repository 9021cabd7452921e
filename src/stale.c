#include <inttypes.h>
#include <time.h>

#include "flow.h"
#include "stale.h"

#define LATE_NS 1000000000 /* without any lateness until stamps end */

uint64_t
stale_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

void
stale_begin(struct flow *f)
{
	f->came_ns = f->in[f->nin - 1].when_ns;
}

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

	return now > came ? now - came : 0;
}

uint64_t
stale_age_us(const struct flow *f)
{
	if (f->iout == f->nout ||
	    (f->came_ns == 0 && f->out[f->iout].when_ns == 0))
		return 0;
	return age_of_next(f, stale_now()) / 1000;
}

uint64_t
stale_discard(struct stale *st, struct flow *f, uint64_t now)
{
	uint64_t age, old = 0;

	if (st->limit_ns == 0 || f->came_ns == 0)
		return 0;
	for (; f->iout < f->nout; f->iout++, old++) {
		age = age_of_next(f, now);
		if (age > st->limit_ns / 8)
			st->late_ns = now + LATE_NS;
		if (age <= st->wait_ns)
			break;
	}
	st->unsaid += old;
	return old;
}

bool
stale_stamps(struct stale *st, uint64_t now)
{
	if (now >= st->late_ns || st->late_ns > now + LATE_NS)
		st->late_ns = 0;
	return st->late_ns != 0;
}

int
stale_wait_ms(const struct stale *st, const struct flow *f, uint64_t now)
{
	uint64_t age, until;

	if (st->limit_ns == 0 || f->iout == f->nout)
		return -1;
	age = age_of_next(f, now);
	until = st->late_ns != 0 ? st->wait_ns : st->limit_ns / 8;
	return age >= until ? 1 : (int)((until - age) / 1000000) + 1;
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

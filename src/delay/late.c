#include "delay/late.h"
#include "session/message.h"

/* The clocks have nothing in common, so a difference may be any number. */
static bool
less(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b) < 0;
}

static void
late_period(struct late *l, uint64_t least, uint64_t now)
{
	l->least[1] = l->marks == 0 ? least : l->least[0];
	l->least[0] = least;
	l->began_us = now;
	l->marks = 1;
}

void
late_mark(struct late *l, const struct mark *m, uint64_t now)
{
	uint64_t least = now - m->written_us;

	if (l->marks == 0 ||
	    (l->marks >= LATE_MARKS && now - l->began_us >= LATE_PERIOD_US))
		late_period(l, least, now);
	else if (less(least, l->least[0]))
		l->least[0] = least;
	if (l->marks < LATE_MARKS)
		l->marks++;
	l->since_us = m->written_us - m->age_us;
	l->limit_us = m->limit_us;
}

bool
late_frame(const struct late *l, uint64_t path, uint64_t now)
{
	uint64_t way = path < l->limit_us ? path / 2 : l->limit_us / 2;
	uint64_t least = less(l->least[0], l->least[1]) ? l->least[0] :
							  l->least[1];

	return l->limit_us != 0 &&
	    less(l->limit_us - l->limit_us / 16,
		now - l->since_us - least + way);
}

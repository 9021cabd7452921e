/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <unistd.h>

#include "relay/compile.h"
#include "signals.h"

int
compile_begin(struct compile *c, const struct helper_filter *filter)
{
	compile_end(c);
	c->got = 0;
	return (c->fd = helper_filter(filter)) != -1 ? 0 : -1;
}

static void
compile_stop(struct compile *c, int *status)
{
	(void)close(c->fd);
	c->fd = -1;
	helper_stop(CHILD_FILTER, status);
}

int
compile_read(struct compile *c)
{
	struct filter_answer *a = &c->answer;
	int status = 0, got = filter_read(c->fd, a, &c->got);

	if (got == 0)
		return 0;
	compile_stop(c, &status);
	if (got == -1) {
		a->len = a->base_len = 0;
		filter_died(status, a->why, sizeof(a->why));
	}
	return 1;
}

int
compile_wait(struct compile *c)
{
	struct pollfd pfd = { c->fd, POLLIN, 0 };

	do
		if (signals_poll(&pfd, -1) == -1)
			return -1;
	while (compile_read(c) == 0);
	return 1;
}

void
compile_end(struct compile *c)
{
	if (c->fd != -1)
		compile_stop(c, NULL);
}

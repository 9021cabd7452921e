/* SPDX-License-Identifier: ISC */
/*
 * Relay and helper in one process, instead of src/privilege/serve.c: for
 * scripted kernels, which have no second one, and for several helpers.
 */
#ifndef DIRECT_H
#define DIRECT_H

#include "privilege/request.h"
#include "privilege/serve.h"

static bool direct_helps; /* the helper acts */

static inline int
direct_leave(int result)
{
	direct_helps = false;
	return result;
}

int
serve_begin(const struct options *opt)
{
	direct_helps = true;
	return direct_leave(request_open(opt));
}

int
serve_ask(const struct request *r, int fd, struct answer *a)
{
	direct_helps = true;
	if (r->what != REQUEST_RELEASE)
		return direct_leave(request_call(r, fd, a));
	request_forget(r->slot); /* the relay closes the one descriptor */
	a->result = 0;
	return direct_leave(0);
}

int
serve_fd(void)
{
	return -1;
}

void
serve_end(void)
{
	direct_helps = true;
	request_close();
	direct_helps = false;
}

#endif
